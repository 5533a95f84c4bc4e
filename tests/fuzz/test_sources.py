"""The package never executes its input: no pickle, no YAML that builds objects, no eval, no shell."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src/rnnbench"
FORBIDDEN = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle", "marshal", "shelve", "joblib"),
    *("torch.load", "torch.save", "np.load", "np.save", "numpy.load", "pd.read_pickle", "yaml.load", "yaml.load_all"),
    *("yaml.unsafe_load", "yaml.full_load", "yaml.UnsafeLoader", "yaml.FullLoader", "yaml.Loader"),
}


def names_used(tree: ast.AST) -> set[str]:
    """Return the names that a module imports, its dotted names, the functions that it calls, and `shell=`."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {name.name for node in imports for name in node.names} | {getattr(node, "module", "") for node in imports}
    dotted = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    functions = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    return (
        modules
        | dotted
        | functions
        | {f"{word.arg}=" for node in calls for word in node.keywords if word.arg == "shell"}
    )


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_input_is_never_executed(path):
    assert not names_used(ast.parse(path.read_text())) & {*FORBIDDEN, "shell="}


@pytest.mark.parametrize(
    "text", ["import pickle", "torch.load(x)", "yaml.load(x)", "eval(x)", "run(x, shell=False)", "from os import popen"]
)
def test_forbidden_names_are_found(text):
    assert names_used(ast.parse(text)) & {*FORBIDDEN, "shell=", "popen"}


def test_rules_pass_nothing_of_the_configuration_to_a_shell():
    """Commands contain only digests and files of the workflow itself."""
    for path in sorted((PACKAGE.parents[1] / "workflow/rules").glob("*.smk")):
        for line in re.findall(r'^ +"(python .*)"$', path.read_text(), re.MULTILINE):
            assert set(re.findall(r"{([^}]*)}", line)) <= {"input.plan", "output", "output.facts", "output.page", "log"}
