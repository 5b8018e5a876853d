//! Who works here and what they may do, kept in memory.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, StaffId};
use crate::store::{StoreError, Tx, people};
use crate::texts::Text;

/// What a person who works here is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the program.
    Admin,
    /// Announces and organises.
    Ops,
    /// Keeps groups clean.
    Moderator,
    /// Answers tickets.
    Support,
    /// Mends causes.
    Engineer,
    /// Reads, changes nothing.
    Auditor,
}

/// Something that needs a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Warn, mute and lift.
    Moderate,
    /// Kick and ban and lift a ban.
    Ban,
    /// See cases and their proof.
    ReadCases,
    /// Answer and manage tickets.
    Tickets,
    /// Write, send, edit and recall announcements.
    Announce,
    /// Make and close activities.
    Activities,
    /// Write articles and see gaps.
    Articles,
    /// See merchants and people.
    ReadPeople,
    /// Join and part people, edit merchants.
    EditPeople,
    /// Change staff, roles and settings.
    Administer,
    /// Read the audit log.
    ReadAudit,
    /// Use the sandbox page.
    Sandbox,
}

/// A staff member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// The name shown to colleagues.
    pub name: String,
    /// The human, once an identity is linked.
    pub person: Option<PersonId>,
    /// What they are.
    pub roles: BTreeSet<Role>,
}

impl Role {
    /// All roles, highest first.
    pub const ALL: [Self; 6] =
        [Self::Admin, Self::Ops, Self::Moderator, Self::Support, Self::Engineer, Self::Auditor];

    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Ops => "ops",
            Self::Moderator => "moderator",
            Self::Support => "support",
            Self::Engineer => "engineer",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// What people call it.
    pub fn text(self) -> Text {
        match self {
            Self::Admin => Text::new("role-admin"),
            Self::Ops => Text::new("role-ops"),
            Self::Moderator => Text::new("role-moderator"),
            Self::Support => Text::new("role-support"),
            Self::Engineer => Text::new("role-engineer"),
            Self::Auditor => Text::new("role-auditor"),
        }
    }

    /// Nobody is punished by somebody of a lower or equal rank, but an admin by an admin.
    pub fn rank(self) -> u8 {
        match self {
            Self::Admin => 3,
            Self::Ops | Self::Moderator => 2,
            Self::Support | Self::Engineer | Self::Auditor => 1,
        }
    }

    /// What the role may do.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Admin => &[
                P::Moderate,
                P::Ban,
                P::ReadCases,
                P::Tickets,
                P::Announce,
                P::Activities,
                P::Articles,
                P::ReadPeople,
                P::EditPeople,
                P::Administer,
                P::ReadAudit,
                P::Sandbox,
            ],
            Self::Ops => &[
                P::Moderate,
                P::ReadCases,
                P::Tickets,
                P::Announce,
                P::Activities,
                P::Articles,
                P::ReadPeople,
                P::EditPeople,
                P::Sandbox,
            ],
            Self::Moderator => &[P::Moderate, P::Ban, P::ReadCases, P::ReadPeople, P::Sandbox],
            Self::Support => &[P::Tickets, P::ReadCases, P::Articles, P::ReadPeople, P::Sandbox],
            Self::Engineer => &[P::Tickets, P::ReadCases, P::ReadPeople, P::Sandbox],
            Self::Auditor => &[P::ReadCases, P::ReadPeople, P::ReadAudit],
        }
    }
}

impl Staff {
    /// Whether one of their roles allows it.
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role.permissions().contains(&permission))
    }

    /// The highest rank of their roles.
    pub fn rank(&self) -> u8 {
        self.roles.iter().map(|role| role.rank()).max().unwrap_or(0)
    }
}

/// Everybody who works here.
#[derive(Debug, Default)]
pub struct Roster {
    staff: HashMap<StaffId, Staff>,
    by_person: HashMap<PersonId, StaffId>,
}

impl Roster {
    /// A roster of these people.
    pub fn new(staff: impl IntoIterator<Item = Staff>) -> Self {
        let staff: HashMap<StaffId, Staff> = staff.into_iter().map(|one| (one.id.clone(), one)).collect();
        let by_person =
            staff.values().filter_map(|one| Some((one.person.clone()?, one.id.clone()))).collect();
        Self { staff, by_person }
    }

    /// Reads it from the store.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(tx: &mut Tx) -> Result<Self, StoreError> {
        Ok(Self::new(people::all_staff(tx).await?))
    }

    /// A staff member.
    pub fn get(&self, id: &StaffId) -> Option<&Staff> {
        self.staff.get(id)
    }

    /// The staff member, if they may do this.
    pub fn who_may(&self, id: &StaffId, permission: Permission) -> Option<&Staff> {
        self.get(id).filter(|staff| staff.may(permission))
    }

    /// The staff member that a human is.
    pub fn of_person(&self, person: &PersonId) -> Option<&Staff> {
        self.staff.get(self.by_person.get(person)?)
    }

    /// Everybody.
    pub fn all(&self) -> impl Iterator<Item = &Staff> {
        self.staff.values()
    }
}
