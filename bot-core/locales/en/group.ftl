# Groups: what a chat is for, and the bot's coming and going.

feature-group = Groups
command-group = Say what this chat is for, and its language
    .usage = /group community|staff|idle [zh|en]
group-purposes = The choice is community, staff or idle.
group-purpose-community = a community group
group-purpose-staff = the staff chat
group-purpose-idle = idle
group-is = This chat is { $purpose } ({ $language }).
group-about-community = I answer questions, keep it clean and bring announcements. Others read the language they chose; who chose none reads this chat's.
group-about-staff = Tickets, reports and forms come here. Everybody in this chat can read them.
group-about-idle = I do nothing here. An admin switches me on with /group community or /group staff.
group-not-direct = A private chat stays what it is.
group-other-staff-chat = “{ $title }” is the staff chat already. Send /group idle there first.
group-added = I was added to “{ $title }” and do nothing there yet. An admin switches me on by sending /group community or /group staff there.
group-removed = I was removed from “{ $title }” and can no longer serve it.
group-lacks-write = I lack the right to write here.
group-lacks-delete = I lack the right to delete messages here.
group-lacks-restrict = I lack the right to mute and ban members here.
group-lacks-pin = I lack the right to pin messages here.
group-lacks-threads = I lack the right to open topics here; tickets need one each.
group-lacks-invite = I lack the right to invite people here; without it I do not hear of requests to join.
group-lacks-manage = I lack the right to change this group's settings.
group-lacks-nicks = I lack the right to change what members are called here.
group-lacks-badges = I lack the right to give members badges here.
group-note-set = this chat is { $purpose } now
group-note-removed = the bot was removed from “{ $title }”
