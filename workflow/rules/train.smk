rule train:
    input:
        plan=ancient("results/plan/{step}.json"),
        corpus=lambda wildcards: step_of(wildcards).needs,
    output:
        "results/train/{task}.{architectures}.{step}.json",
    log:
        "results/logs/train/{task}.{architectures}.{step}.log",
    priority: lambda wildcards: step_of(wildcards).cost
    resources:
        gpu=lambda wildcards: int(step_of(wildcards).job.device == "cuda"),
    params:
        title=title,
    message:
        "{params.title}"
    shell:
        "python -m rnnbench step train {input.plan} {output} 2> {log}"
