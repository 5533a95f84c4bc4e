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
        gpu=int(device_for(SETTINGS.device) == "cuda"),
    shell:
        "python -m rnnbench step train {input.plan} {output} 2> {log}"
