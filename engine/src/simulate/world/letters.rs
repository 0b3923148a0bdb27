//! Who is told what in the simulated world.

use super::World;
use crate::{
    decision::Audience,
    names::{AccountId, LetterName},
};

impl World<'_> {
    pub(super) fn told(&mut self, to: &[Audience], except: &[AccountId], letter: &LetterName) {
        let told = self.addressees(to).into_iter().filter(|account| !except.contains(account));
        let told: Vec<_> = told.map(|account| (account, letter.clone())).collect();
        self.state.notices.extend(told);
    }

    fn addressees(&self, to: &[Audience]) -> Vec<AccountId> {
        let mut accounts = Vec::new();
        for audience in to {
            match audience {
                Audience::Account(account) => accounts.push(account.clone()),
                Audience::Role { role, unit } => {
                    accounts.extend(self.surroundings.holders(role, unit.as_ref()));
                }
                Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => {}
            }
        }
        accounts
    }
}
