# 时间与时长。

when-length = { $zh }
when-unreadable = “{ $found }”不是有效时间。请填写：现在、10分钟后、18:00、明天下午3点 或 2026-11-22 18:00（默认为 { $zone } 时间，可另加时区）。
when-past = { $when } 已经过去，现在是 { $now }。
when-skipped = 当天因夏令时调整没有 { $when } 这个时间，请改早或改晚一小时。
