# 快捷回复：客服回复时插入的常用文字。

macro-name-wrong = 名称须为一个词，最多 { $max } 个字符，可用文字、数字、- 和 _。
macro-no-text = 请至少填写一种语言的内容。
macro-too-long = 内容最多 { $max } 个字符。
macro-taken = 已有名为“{ $name }”的快捷回复。
macro-changed-meanwhile = 有人刚刚修改了这条快捷回复，为避免覆盖没有保存。对方的版本在下面的列表里，您输入的内容仍在此处。
macro-gone = 这条快捷回复已被删除。
