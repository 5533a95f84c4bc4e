"""The native library. Where it cannot be compiled the package works without it: `engine: auto` then means torch."""

import runpy

from setuptools import Extension, setup

SOURCES = runpy.run_path("src/rnnbench/training/engines/native/sources.py")

setup(
    ext_modules=[
        Extension(
            f"rnnbench.training.engines.native._{variant}",
            [f"src/rnnbench/training/engines/native/cpp/{variant}.cpp"],
            depends=["src/rnnbench/training/engines/native/sources.py", *map(str, SOURCES["HEADERS"])],
            define_macros=[("SOURCE", f'"{SOURCES["digest"]()}"')],
            extra_compile_args=[*SOURCES["FLAGS"], *flags],
            language="c++",
            optional=True,
        )
        for variant, flags in SOURCES["variants"]().items()
    ],
    options={"build_ext": {"parallel": 3}},
)
