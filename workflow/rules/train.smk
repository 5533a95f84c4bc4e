rule train:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: PLAN.step(wildcards.step).needs,
    output:
        "results/train/{step}.json",
    log:
        "results/logs/train/{step}.log",
    priority: lambda wildcards: PLAN.step(wildcards.step).cost
    resources:
        gpu=int(may_use_gpu(SETTINGS.device)),
    shell:
        "python -m rnnbench step train {input.plan} {output} 2> {log}"
