//! What the requests of the tests should do: a few lines against which the whole engine is compared.

use std::collections::BTreeMap;

use super::super::world::HOUR;

/// How long a unit may take, in milliseconds.
const ANSWER: i64 = 48 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Draft,
    Pending,
    Approved,
    Superseded,
    Lapsed,
    Deleted,
}

impl State {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Superseded => "superseded",
            Self::Lapsed => "lapsed",
            Self::Deleted => "deleted",
        }
    }
}

/// A case, by its place in the order of starts.
#[derive(Clone, Debug)]
pub(super) struct ModelCase {
    pub(super) person: usize,
    pub(super) unit: usize,
    pub(super) state: State,
    pub(super) revision: u64,
    pub(super) number: Option<usize>,
    due: i64,
}

/// What somebody wants; a case by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Start { person: usize, unit: usize },
    Submit(usize),
    Approve(usize),
    Return(usize),
    Withdraw(usize),
    Delete(usize),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done { case: usize, state: State, revision: u64 },
    Stale { revision: u64 },
    Refused,
}

/// Everything there is.
#[derive(Clone, Debug)]
pub(super) struct Model {
    /// Requests of a unit that may be approved at one time.
    seats: usize,
    pub(super) cases: Vec<ModelCase>,
    numbers: BTreeMap<usize, usize>,
    answered: BTreeMap<usize, Answer>,
}

impl Default for Model {
    fn default() -> Self {
        Self::with_seats(2)
    }
}

impl Model {
    pub(super) fn with_seats(seats: usize) -> Self {
        let (cases, numbers, answered) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { seats, cases, numbers, answered }
    }

    /// Does what is wished, on the revision that was seen, under a key by which it may come again.
    pub(super) fn answer(&mut self, key: usize, wish: Wish, seen: u64, now: i64) -> Answer {
        if let Some(first) = self.answered.get(&key) {
            return *first;
        }
        let answer = self.judge(wish, seen, now);
        if matches!(answer, Answer::Done { .. }) {
            self.answered.insert(key, answer);
        }
        answer
    }

    fn judge(&mut self, wish: Wish, seen: u64, now: i64) -> Answer {
        let (place, from, to) = match wish {
            Wish::Start { person, unit } => return self.start(person, unit),
            Wish::Submit(case) => (case, State::Draft, State::Pending),
            Wish::Approve(case) => (case, State::Pending, State::Approved),
            Wish::Return(case) | Wish::Withdraw(case) => (case, State::Pending, State::Draft),
            Wish::Delete(case) => (case, State::Draft, State::Deleted),
        };
        let case = self.cases[place].clone();
        if case.revision != seen {
            return Answer::Stale { revision: case.revision };
        }
        let is_late = case.state == State::Pending && case.due <= now;
        if case.state != from || is_late {
            return Answer::Refused;
        }
        let is = |state: State| move |(_, other): &(usize, &ModelCase)| other.state == state;
        let others = || self.cases.iter().enumerate().filter(|(other, _)| *other != place);
        if to == State::Pending
            && others().filter(is(State::Pending)).any(|(_, o)| o.person == case.person)
        {
            return Answer::Refused;
        }
        if to == State::Approved {
            let approved = others().filter(is(State::Approved));
            let (replaced, left): (Vec<_>, Vec<_>) =
                approved.partition(|(_, other)| other.person == case.person);
            if left.iter().filter(|(_, other)| other.unit == case.unit).count() >= self.seats {
                return Answer::Refused;
            }
            for place in replaced.into_iter().map(|(place, _)| place).collect::<Vec<_>>() {
                self.cases[place].state = State::Superseded;
                self.cases[place].revision += 1;
            }
            let last = self.numbers.entry(case.unit).or_default();
            *last += 1;
            self.cases[place].number = Some(*last);
        }
        if to == State::Pending {
            self.cases[place].due = now + ANSWER;
        }
        let case = &mut self.cases[place];
        (case.state, case.revision) = (to, case.revision + 1);
        Answer::Done { case: place, state: to, revision: case.revision }
    }

    fn start(&mut self, person: usize, unit: usize) -> Answer {
        let (state, revision) = (State::Draft, 1);
        self.cases.push(ModelCase { person, unit, state, revision, number: None, due: 0 });
        Answer::Done { case: self.cases.len() - 1, state, revision }
    }

    /// What time does to a case that is looked at.
    pub(super) fn wake(&mut self, place: usize, now: i64) {
        let case = &mut self.cases[place];
        if case.state == State::Pending && case.due <= now {
            (case.state, case.revision) = (State::Lapsed, case.revision + 1);
        }
    }
}
