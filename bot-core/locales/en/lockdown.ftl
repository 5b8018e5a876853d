# Locks: only admins may write for a time.

feature-lockdown = Locks
command-lock = Let only admins write here for a time
    .usage = /lock [30m] [reason]; an hour if no time is given
command-unlock = Let everybody write again
    .usage = /unlock
lockdown-not-allowed = Only moderators can lock and open groups.
lockdown-only-community = Only a community group can be locked. Send this in the group itself.
lockdown-absent = Groups cannot be locked on this platform.
lockdown-denied = I cannot lock this group. { $right }
lockdown-out-of-range = A lock lasts from { $least } to { $most }.
lockdown-not-locked = This group is not locked.
lockdown-reason = { $reason }
lockdown-no-reason = no reason given
lockdown-moved = The lock now ends { $until }.
lockdown-asked = “{ $group }” is being locked until { $until }.
lockdown-group-locked = For now only admins can write here, until { $until } ({ $reason }). Your private chat with me stays open.
lockdown-group-open = Everybody can write here again.
lockdown-staff-locks = { $by } locks “{ $group }” until { $until }: { $reason }
lockdown-staff-opens = { $by } opens “{ $group }” again.
lockdown-failed = “{ $group }” could not be locked: { $why }. Give the bot the right to restrict members there, then lock it again.
lockdown-stays = “{ $group }” could not be opened again: { $why }. It is tried every 10 minutes; an admin of the group can also open it in the group's settings.
lockdown-button = Lock for 1 hour
lockdown-button-open = Open now
