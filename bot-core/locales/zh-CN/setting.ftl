# 控制台的设置页。

console-place-settings = 设置
setting-about = 程序当前运行所用的配置。它写在配置文件和环境变量里，启动时读取，也在那里修改；每一项的含义见 docs/configuration.md。密钥从不显示。
setting-here = 可以在这里修改的内容
setting-policy = 审核策略
setting-groups = 群组：用途、语言、显示内容
setting-webhooks = Webhook
setting-staff = 员工及其角色
setting-macros = 快捷回复
setting-none = 程序启动时没有提供配置内容。
setting-key = 键
setting-value = 值
setting-from = 来源
setting-from-default = 默认值
setting-from-file = 配置文件
setting-from-environment = 环境变量
setting-from-program = 程序自身设定
setting-set = 已设置
setting-not-set = 未设置
setting-empty = 空
