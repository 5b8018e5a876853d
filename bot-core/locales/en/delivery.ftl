# Pushing one text to many, and what became of it.

delivery-reachable = { $count ->
    [0] Nobody can get it
    [one] 1 recipient gets it
   *[other] { $count } recipients get it
} ({ $zh } in Chinese, { $en } in English).
delivery-unreachable = { $count } cannot get it ({ $why }): { $names }
delivery-no-contact = { $count ->
    [one] 1 matching merchant has no contact person.
   *[other] { $count } matching merchants have no contact person.
}
delivery-counted = The people were counted at { $when }; they are counted anew after a minute.
delivery-not-connected = { $account } is not connected: { $count } of them wait until it is.
delivery-calls = { $platform }: { $calls ->
    [one] 1 call to the platform
   *[other] { $calls } calls to the platform
}, in under a second
delivery-calls-take = { $platform }: { $calls } calls to the platform, about { $takes } at the pace that it allows
delivery-loss = { $platform }: { $loss }
delivery-cannot-pin = It cannot be pinned in: { $names }
delivery-loss-split = sent as { $parts } messages
delivery-loss-emulated = { $what } become { $via }
delivery-loss-dropped = { $what } are left out
delivery-loss-right = { $what } are left out, because I lack the right to { $right }
delivery-what-marks = bold and links
delivery-what-attachments = files
delivery-what-buttons = buttons
delivery-what-pin = pins
delivery-what-reply = replies
delivery-what-mention-all = mentions of everybody
delivery-what-text = words
delivery-what-other = some things
delivery-right-write = write
delivery-right-delete = delete messages
delivery-right-restrict = restrict members
delivery-right-pin = pin
delivery-right-threads = manage threads
delivery-right-invite = invite people
delivery-right-manage = change the settings
delivery-right-nicks = change what members are called
delivery-right-badges = give members badges
delivery-reason-not-started = never opened the private chat with me
delivery-reason-blocked = blocked me
delivery-reason-deactivated = the account is gone
delivery-reason-kicked = I am no longer in the group
delivery-reason-missing-right = I lack the right to write there
delivery-reason-not-found = not there any more
delivery-reason-bad-content = the platform does not take this text
delivery-reason-untried = has not written to me yet
delivery-reason-no-user = no chat identity is known
delivery-reason-idle = the group is not served any more
delivery-reason-split = it stands there as several messages, which cannot be edited as one
delivery-reason-no-key = the platform did not say which message it is
delivery-reason-no-answer = no answer came
delivery-reason-other = the platform refused
delivery-counts = Sent { $sent } of { $all }; refused { $refused }; unknown { $unknown }
delivery-counts-recalled = Taken back { $recalled } of { $all }
delivery-open = { $count } still to go
delivery-stopped = { $count } stopped before they were sent
delivery-editing = { $count } being edited
delivery-recalling = { $count } being taken back
delivery-why-refused = { $count } refused: { $why }
delivery-why-unreachable = { $count } not tried: { $why }
delivery-why-edit-failed = { $count } still show the old text: { $why }
delivery-why-recall-failed = { $count } could not be taken back: { $why }
delivery-limit-account = { $count } calls in { $length } from one account
delivery-limit-chat = { $count } messages in { $length } to one chat
delivery-limit-group = { $count } messages in { $length } to one group
delivery-limit-gap = a pause of { $least } to { $most } seconds after each message
delivery-limit-day = { $count } messages a day for announcements
delivery-reason-opted-out = wants nothing pushed (/news off)
delivery-reason-capped = was pushed as much as one person gets
delivery-waits = { $count ->
    [one] 1 waits
   *[other] { $count } wait
} until { $when } there ({ $named })
delivery-waits-more = { $count } more wait for their time in { $zones } other zones
delivery-waits-until = waits until { $when } there ({ $named })
