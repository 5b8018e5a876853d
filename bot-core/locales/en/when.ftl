# Moments and lengths of time.

when-length = { $en }
when-unreadable = “{ $found }” is not a time. Write now, in 10m, 18:00, friday 6 pm or 2026-11-22 18:00 ({ $zone } time unless you add another zone).
when-past = { $when } has passed; it is { $now }.
when-skipped = The clocks skip { $when } that day: write an hour earlier or later.
