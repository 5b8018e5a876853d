//! Staff, merchants and their contacts, codes that link identities, and joins of persons.

mod contact;
mod fact;
mod filter;
mod join;
mod link;
mod merchant;
mod profile;
mod staff;

pub use contact::{
    Contact, ContactRole, contacts_of_merchant, merchants_of, persons_of, put_contact, remove_contact,
};
pub use fact::{
    MerchantEvent, add_merchant_event, external_of, link_external, merchant_by_external, merchant_events,
};
pub use filter::{MerchantFilter, count_like, merchants_like};
pub use join::{Join, current_person, exists, join, standing_join, standing_joins, undo_join, with_joined};
pub use link::{
    CodeOwner, add_guess, drop_codes_of, forget_guesses, guesses_since, put_code, read_code, take_code,
};
pub use merchant::{
    Merchant, Tier, add_merchant, add_tag, all_tags, merchant, merchant_count, merchants_called,
    merchants_named, remove_tag, update_merchant,
};
pub use profile::{Identity, InGroup, Received, groups_of_merchant, identities, received};
pub use staff::{add_staff, all_staff, dismiss_staff, rename_staff, set_roles, set_staff_person};
