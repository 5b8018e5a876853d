# Slow mode: each member may write once in a while.

feature-slow_mode = Slow mode
command-slow = Let each member write here only once in a while
    .usage = /slow 30s, or /slow off
slow-mode-not-allowed = Only moderators can change slow mode.
slow-mode-only-community = Slow mode is for community groups. Send this in the group itself.
slow-mode-absent = On this platform nobody can be held back, neither by it nor by me.
slow-mode-denied = I cannot slow this group down. { $right }
slow-mode-out-of-range = Members can be made to wait from { $least } to { $most }.
slow-mode-is-off = Slow mode is off already.
slow-mode-on = Slow mode: from now on each member can write one message every { $every }.
slow-mode-off = Slow mode is off.
slow-mode-group = { $name } wrote again too soon, so the message was removed. Slow mode is on: one message every { $every }.
slow-mode-you = Your message in “{ $group }” was removed: slow mode allows one message every { $every }. Please send it again in { $wait }. This is no offence and leaves no trace.
slow-mode-note = slow mode: the message of { $name } came { $wait } too soon
slow-mode-failed = Slow mode of “{ $group }” could not be changed: { $why }
