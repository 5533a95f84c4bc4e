"""The words inside pictures, in Chinese: axes, titles and marks that our own figures write."""

PHRASES = {
    "training step": "训练步数",
    "training steps": "训练步数",
    "training sentences": "训练句数",
    "training sequences": "训练序列数",
    "test score": "测试得分",
    "share of blocks": "种子的比例",
    "no curve": "没有曲线",
    "parameters": "参数量",
    "architecture": "架构",
    "encoder": "编码",
    "score": "得分",
    "gap": "差距",
    "loss": "损失",
    "token accuracy": "词准确率",
    "slot accuracy": "槽准确率",
    "sequence accuracy": "整句准确率",
    "pair accuracy": "句对准确率",
    "calibrated score": "校准得分",
    "delay": "延迟",
    "length": "长度",
    "oracle": "最优",
    "times the length in training": "训练长度的倍数",
}
"""English -> Chinese. A text that is not here stays as it is in both languages."""
