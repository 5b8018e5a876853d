//! What follows from a code or a wish to join: decided from facts alone.

use crate::ids::{PersonId, StaffId, UserId};
use crate::store::people::Join;
use crate::text;
use crate::texts::Text;

/// How long a code is good, milliseconds.
pub(super) const CODE_LIVES_MS: i64 = 10 * 60 * 1000;
/// Wrong codes that one user may send within [`GUESS_WINDOW_MS`].
pub(super) const GUESSES_MAX: i64 = 5;
/// The time in which wrong codes are counted, milliseconds.
pub(super) const GUESS_WINDOW_MS: i64 = 10 * 60 * 1000;

/// Somebody as far as linking goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Party {
    /// The human.
    pub(super) person: PersonId,
    /// The staff member that they are.
    pub(super) staff: Option<StaffId>,
}

/// The code that was sent, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// There is no such code, or its time is over.
    Nothing,
    /// It speaks for a staff member, whose human may be known.
    Staff(StaffId, Option<PersonId>),
    /// It speaks for a person.
    Person(Party),
}

/// What follows from a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LinkDecision {
    /// Too many wrong ones: nothing is looked at.
    Throttled,
    /// It is counted as a guess.
    Wrong,
    /// They are linked already.
    Already,
    /// They are somebody else here already.
    Taken,
    /// Whoever works here makes the code on the identity that is linked, and sends it from the other: so nobody
    /// gets their rights by making them send a code.
    MakeItHere,
    /// This human is this staff member.
    Become(StaffId),
    /// This identity is one more of that staff member's.
    JoinStaff(StaffId, PersonId),
    /// Ask whether they are one human with that person.
    Ask(PersonId),
}

/// What follows when somebody sends a code.
pub(super) fn link(guesses: i64, sender: &Party, found: &Found) -> LinkDecision {
    if guesses >= GUESSES_MAX {
        return LinkDecision::Throttled;
    }
    match found {
        Found::Nothing => LinkDecision::Wrong,
        Found::Staff(staff, _) if sender.staff.as_ref() == Some(staff) => LinkDecision::Already,
        Found::Staff(..) if sender.staff.is_some() => LinkDecision::Taken,
        Found::Staff(staff, None) => LinkDecision::Become(staff.clone()),
        Found::Staff(staff, Some(person)) => LinkDecision::JoinStaff(staff.clone(), person.clone()),
        Found::Person(owner) if owner.person == sender.person => LinkDecision::Already,
        Found::Person(owner) if owner.staff.is_some() && sender.staff.is_some() => LinkDecision::Taken,
        Found::Person(_) if sender.staff.is_some() => LinkDecision::MakeItHere,
        Found::Person(owner) => LinkDecision::Ask(owner.person.clone()),
    }
}

/// Whether staff may join two persons.
///
/// # Errors
/// One sentence that says why not.
pub(super) fn join(kept: &Party, joined: &Party) -> Result<(), Text> {
    if kept.person == joined.person {
        return Err(Text::new("people-join-same"));
    }
    // Whoever is joined to staff has their rights; only a code shows that they are the same human.
    if kept.staff.is_some() || joined.staff.is_some() {
        return Err(Text::new("people-join-staff"));
    }
    Ok(())
}

/// Which join is undone when a user is to be parted from a person: the one that brought the user, and it must be
/// the youngest; for a user that was there from the beginning, the youngest. `standing` is youngest first.
///
/// # Errors
/// One sentence that says why not.
pub(super) fn part<'j>(user: &UserId, standing: &'j [Join]) -> Result<&'j Join, Text> {
    let Some(youngest) = standing.first() else { return Err(Text::new("people-part-none")) };
    match standing.iter().find(|join| join.users.contains(user)) {
        Some(join) if join.id != youngest.id => {
            let first = youngest.users.first().map(UserId::to_string).unwrap_or_default();
            Err(text!("people-part-younger", who = first))
        }
        _ => Ok(youngest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(person: &str, staff: Option<&str>) -> Party {
        Party { person: person.into(), staff: staff.map(StaffId::from) }
    }

    #[test]
    fn a_staff_code_makes_staff_of_whoever_is_not_staff_yet() {
        let (lin, gu, other) = (party("lin", None), party("gu", Some("s")), party("x", Some("t")));
        let fresh = Found::Staff("s".into(), None);
        let linked = Found::Staff("s".into(), Some("gu".into()));
        assert_eq!(link(0, &lin, &fresh), LinkDecision::Become("s".into()));
        assert_eq!(link(0, &lin, &linked), LinkDecision::JoinStaff("s".into(), "gu".into()));
        assert_eq!(link(0, &gu, &linked), LinkDecision::Already);
        assert_eq!(link(0, &other, &fresh), LinkDecision::Taken);
        assert_eq!(link(0, &other, &linked), LinkDecision::Taken);
    }

    #[test]
    fn a_code_of_a_person_is_asked_about_and_never_gives_away_the_rights_of_its_sender() {
        let of = |person, staff| Found::Person(party(person, staff));
        assert_eq!(link(0, &party("lin", None), &of("bo", None)), LinkDecision::Ask("bo".into()));
        assert_eq!(link(0, &party("lin", None), &of("gu", Some("s"))), LinkDecision::Ask("gu".into()));
        assert_eq!(link(0, &party("gu", Some("s")), &of("bo", None)), LinkDecision::MakeItHere);
        assert_eq!(link(0, &party("gu", Some("s")), &of("x", Some("t"))), LinkDecision::Taken);
        assert_eq!(link(0, &party("lin", None), &of("lin", None)), LinkDecision::Already);
    }

    #[test]
    fn after_five_wrong_codes_even_the_right_one_is_not_looked_at() {
        let (lin, right) = (party("lin", None), Found::Staff("s".into(), None));
        assert_eq!(link(GUESSES_MAX - 1, &lin, &right), LinkDecision::Become("s".into()));
        assert_eq!(link(GUESSES_MAX, &lin, &right), LinkDecision::Throttled);
        assert_eq!(link(0, &lin, &Found::Nothing), LinkDecision::Wrong);
    }

    #[test]
    fn nobody_is_joined_to_themselves_or_to_staff() {
        let (lin, bo, gu) = (party("lin", None), party("bo", None), party("gu", Some("s")));
        assert_eq!(join(&lin, &bo), Ok(()));
        assert_eq!(join(&lin, &lin), Err(Text::new("people-join-same")));
        assert_eq!(join(&lin, &gu), Err(Text::new("people-join-staff")));
        assert_eq!(join(&gu, &lin), Err(Text::new("people-join-staff")));
    }

    #[test]
    fn the_youngest_join_is_undone_first() {
        let made = |id: &str, user: &str| Join {
            id: id.into(),
            kept: "a".into(),
            joined: user.into(),
            users: vec![user.into()],
            contacts: Vec::new(),
            by_staff: None,
            joined_at_ms: 0,
        };
        let standing = [made("2", "c"), made("1", "b")];
        assert_eq!(part(&"c".into(), &standing).map(|join| join.id.as_str()), Ok("2"));
        assert_eq!(part(&"a".into(), &standing).map(|join| join.id.as_str()), Ok("2"));
        assert_eq!(part(&"b".into(), &standing), Err(text!("people-part-younger", who = "c")));
        assert_eq!(part(&"b".into(), &standing[1..]).map(|join| join.id.as_str()), Ok("1"));
        assert_eq!(part(&"a".into(), &[]), Err(Text::new("people-part-none")));
    }
}
