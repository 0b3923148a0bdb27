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
                    let holders = self.roles.iter().filter(|(_, held)| {
                        held.iter().any(|held| {
                            held.role == *role
                                && unit.as_ref().is_none_or(|unit| held.unit == *unit)
                        })
                    });
                    accounts.extend(holders.map(|(account, _)| account.clone()));
                }
                Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => {}
            }
        }
        accounts
    }
}
