# A merchant's data: given out, erased, and for how long it is kept.

feature-privacy = Privacy
privacy-may-not = Only an admin can erase people.
privacy-is-staff = { $name } works here. Staff are not erased while they are staff: dismiss them first, then erase the person.
privacy-ticket-open = { $no } is still open. Close it first.
privacy-sanction-open = A mute of { $no } is in force, or something of it is on its way to the platform. Lift it or wait until it has ended.
privacy-under-way = { $n ->
    [one] One message is on its way to them. Try again when it is out.
   *[other] { $n } messages are on their way to them. Try again when they are out.
  }
privacy-changed = What there is of them has changed since you looked, so nothing was erased. This is what would go now.
privacy-title = Data of people
privacy-about = Give out or erase what is kept of a person. For a merchant with all its contacts, open the merchant.
privacy-find = Find a person
privacy-find-hint = A part of the name or handle, or the exact id on the platform
privacy-find-go = Find
privacy-find-none = Nobody is found by that.
privacy-identities = Identities
privacy-merchants = Speaks for
privacy-export = Export
privacy-erase = Erase…
privacy-past = Erasures
privacy-past-none = Nothing was erased yet.
privacy-asked-at = Asked
privacy-asked-by = By
privacy-of = Of
privacy-of-merchant = a merchant and its contacts
privacy-of-person = a person
privacy-state = State
privacy-state-going = under way
privacy-state-held = done, except for the platform id of somebody who is banned
privacy-state-done = done
privacy-erase-title = Erase { $name }
privacy-erase-who = Whose personal data is erased
privacy-erase-none = Nobody speaks for this merchant, or all who do speak for another one too. The merchant itself is erased.
privacy-erase-elsewhere = speaks for another merchant too, and stays
privacy-erase-goes = What goes
privacy-erase-goes-who = Names, handles, ids on the platforms, languages, time zones, links between identities; the merchant with its tags and events.
privacy-erase-goes-messages = { $n ->
    [one] The words of one message, in groups or in private.
   *[other] The words of { $n } messages, in groups and in private.
  }
privacy-erase-goes-tickets = { $n ->
    [one] The words of one ticket, notes of staff included.
   *[other] The words of { $n } tickets, notes of staff included.
  }
privacy-erase-goes-cases = { $n ->
    [one] The proof and the reasons of one case.
   *[other] The proof and the reasons of { $n } cases.
  }
privacy-erase-goes-copies = { $n ->
    [one] The name and the message in one copy of an announcement or activity.
   *[other] The name and the messages in { $n } copies of announcements and activities.
  }
privacy-erase-goes-files = { $n ->
    [one] One file of a ticket or case, within an hour, unless something else needs it.
   *[other] { $n } files of tickets and cases, within an hour, unless something else needs them.
  }
privacy-erase-goes-others = What the bot said of them to others, where their name or id stands in it.
privacy-erase-stays = What stays
privacy-erase-stays-numbers = Numbers, times, states, rules and decisions, of somebody without a name; counts in reports and ledgers.
privacy-erase-stays-audit = The audit log, with what staff wrote into it themselves: it could not be checked any more if something were taken out.
privacy-erase-stays-others = What other people wrote about them, and what staff wrote in articles and announcements.
privacy-erase-stays-ban = Of somebody who is banned, the id on the platform, until the ban is lifted: it could not be lifted without.
privacy-erase-stays-outside = What stands on the platforms, in backups and with programs that were told by webhook.
privacy-erase-sure = This cannot be undone.
privacy-erase-now = Erase now
privacy-erase-cancel = Keep everything
