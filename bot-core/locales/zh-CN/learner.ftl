# 学习模型：版主的处理结果教会了它什么。

feature-learner = 处理结果学习
command-learner = 查看当前生效的学习模型版本；用版主的处理结果重新训练，或恢复出厂
    .usage = /learner，/learner train，或 /learner reset
learner-not-allowed = 只有版主可以查看学习模型。
learner-reset-not-allowed = 只有管理员可以将学习模型恢复出厂。
learner-unknown-word = 请发送 /learner、/learner train 或 /learner reset。
learner-busy = 正在训练，请一分钟后再查看。
learner-nothing = 还没有版主确认或驳回过被标记的消息，暂无可学习的内容。
learner-begun = 已开始用 { $count } 条处理结果训练。发送 /learner 可查看是否已生效。
learner-was-reset = 学习模型已恢复出厂。
learner-shown = 当前生效版本：{ $version }，除自带样本外还学习了 { $count } 条版主处理结果。目前共有 { $waiting } 条处理结果。
learner-shown-own = 当前生效的是程序自带版本 { $version }。目前有 { $waiting } 条版主处理结果可供学习。
learner-shown-refused = 当前生效版本：{ $version }。版本 { $refused } 未被采用：{ $why }。目前共有 { $waiting } 条处理结果。
learner-note-in-force = 学习模型版本 { $version } 已生效，学习了 { $count } 条处理结果
learner-note-refused = 学习模型版本 { $version } 未被采用，效果会变差
