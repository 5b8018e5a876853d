# 帮助与问候。

feature-help = 帮助
command-help = 查看您在这里可以使用的命令，或某个命令的说明
    .usage = /help [命令]
command-start = 打个招呼
    .usage = /start
help-hello = 您好，{ $name }。我是商家社群的助手。
help-here = 您在这里可以使用：
help-more = 发送 /help 命令名 可查看详细说明。
