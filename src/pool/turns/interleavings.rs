//! Every order in which three tasks can ask for a turn, get it, lose patience and give it back.
//!
//! A step is what happens under the pool's lock, or one operation of the channel by which a turn is handed over: nothing else
//! of two tasks can meet. So few steps have so few orders that all of them are tried.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use super::{Turns, Waiter};

/// Where a task is.
enum Task {
    Outside,
    Waiting(Waiter),
    /// It has left the queue, and has not yet looked whether its turn came meanwhile.
    Leaving(Waiter),
    Holding,
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Ask(usize),
    Receive(usize),
    Leave(usize),
    LookBack(usize),
    GiveBack(usize),
}

struct World {
    turns: Turns,
    most: usize,
    tasks: Vec<Task>,
    impatient: Vec<bool>,
    /// The order in which turns were asked for by those who had to wait, and in which they came.
    asked: Vec<usize>,
    received: Vec<usize>,
}

impl World {
    fn new(most: usize, impatient: &[bool]) -> Self {
        World {
            turns: Turns::new(Some(most)),
            most,
            tasks: impatient.iter().map(|_| Task::Outside).collect(),
            impatient: impatient.to_vec(),
            asked: Vec::new(),
            received: Vec::new(),
        }
    }

    /// What can happen next.
    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (number, task) in self.tasks.iter().enumerate() {
            match task {
                Task::Outside => steps.push(Step::Ask(number)),
                Task::Waiting(waiter) => {
                    if !waiter.receiver.is_empty() {
                        steps.push(Step::Receive(number));
                    }
                    if self.impatient[number] {
                        steps.push(Step::Leave(number));
                    }
                }
                Task::Leaving(_) => steps.push(Step::LookBack(number)),
                Task::Holding => steps.push(Step::GiveBack(number)),
                Task::Gone => {}
            }
        }
        steps
    }

    fn take(&mut self, step: Step) {
        let (Step::Ask(number)
        | Step::Receive(number)
        | Step::Leave(number)
        | Step::LookBack(number)
        | Step::GiveBack(number)) = step;
        let task = std::mem::replace(&mut self.tasks[number], Task::Gone);
        self.tasks[number] = match (step, task) {
            (Step::Ask(_), _) => match self.turns.take_or_wait() {
                None => Task::Holding,
                Some(waiter) => {
                    self.asked.push(number);
                    Task::Waiting(waiter)
                }
            },
            (Step::Receive(_), Task::Waiting(mut waiter)) => {
                waiter.receiver.try_recv().unwrap();
                self.received.push(number);
                Task::Holding
            }
            (Step::Leave(_), Task::Waiting(mut waiter)) => {
                waiter.receiver.close();
                Task::Leaving(waiter)
            }
            (Step::LookBack(_), Task::Leaving(waiter)) => {
                if waiter.give_up() {
                    self.turns.give_back();
                }
                Task::Gone
            }
            (Step::GiveBack(_), _) => {
                self.turns.give_back();
                Task::Gone
            }
            (step, _) => panic!("{step:?} of a task that is elsewhere"),
        };
        self.check();
    }

    fn check(&self) {
        let count = |is: fn(&Task) -> bool| self.tasks.iter().filter(|task| is(task)).count();
        let holding = count(|task| matches!(task, Task::Holding));
        // A turn that was handed over and not yet taken is nobody else's.
        let on_the_way = count(|task| match task {
            Task::Waiting(waiter) | Task::Leaving(waiter) => !waiter.receiver.is_empty(),
            Task::Outside | Task::Holding | Task::Gone => false,
        });
        assert_eq!(self.turns.taken(), holding + on_the_way);
        assert!(self.turns.taken() <= self.most);
        let waiting = count(|task| match task {
            Task::Waiting(waiter) => waiter.receiver.is_empty(),
            Task::Outside | Task::Leaving(_) | Task::Holding | Task::Gone => false,
        });
        assert_eq!(self.turns.waiting(), waiting);
        assert!(
            waiting == 0 || self.turns.taken() == self.most,
            "somebody waits though a turn is free"
        );
    }

    fn is_over(&self) {
        assert!(
            self.tasks.iter().all(|task| matches!(task, Task::Gone)),
            "somebody waits for ever"
        );
        assert_eq!((self.turns.taken(), self.turns.waiting()), (0, 0));
    }
}

/// Runs every order once, and says how many there are.
fn every_order(most: usize, impatient: &[bool]) -> usize {
    let mut orders = 0;
    // For each step of the last run: which of the possible ones was taken, and of how many.
    let mut path: Vec<(usize, usize)> = Vec::new();
    loop {
        let mut world = World::new(most, impatient);
        let mut depth = 0;
        loop {
            let steps = world.steps();
            if steps.is_empty() {
                break;
            }
            if depth == path.len() {
                path.push((0, steps.len()));
            }
            world.take(steps[path[depth].0]);
            depth += 1;
        }
        world.is_over();
        orders += 1;
        if impatient.iter().all(|impatient| !impatient) && most == 1 {
            assert_eq!(world.asked, world.received, "first come, first served");
        }
        while let Some((taken, of)) = path.pop() {
            if taken + 1 < of {
                path.push((taken + 1, of));
                break;
            }
        }
        if path.is_empty() {
            return orders;
        }
    }
}

#[test]
fn in_every_order_of_three_tasks_no_turn_is_lost_or_doubled_and_nobody_waits_for_ever() {
    let mut orders = 0;
    for most in 1..=3 {
        for impatient in 0..8_u8 {
            let impatient = [0, 1, 2].map(|task| impatient & (1 << task) != 0);
            orders += every_order(most, &impatient);
        }
    }
    assert!(orders > 1_000, "{orders} orders");
}
