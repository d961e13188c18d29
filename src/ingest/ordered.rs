//! Work on several threads, its results in the order in which it was given out.
//!
//! One thread gives work out, several do it, the caller's takes what came of it. What is under way
//! between them is bounded, so memory does not grow with the work. What the work is, is no matter
//! here.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

/// Jobs under way at most, for each thread that works: enough that none waits, few enough that
/// memory stays small.
const JOBS_A_THREAD: usize = 8;

/// Gives out work: each call hands over one job, with how many places of those under way it takes,
/// and breaks when no more is wanted.
pub type GiveOut<'a, J> = dyn FnMut(usize, J) -> ControlFlow<()> + 'a;

/// Runs `produce` on a thread and `work` on `threads`, and gives `take` what each job came to in the
/// order they were given out, until it fails.
///
/// A panic of `work` goes on here when the other threads are done.
///
/// # Errors
///
/// What `take` gives.
pub fn in_order<J: Send, R: Send, E>(
    threads: NonZeroUsize,
    produce: impl FnOnce(&mut GiveOut<'_, J>) + Send,
    work: impl Fn(J) -> R + Sync,
    take: &mut dyn FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let under_way = threads.get() * JOBS_A_THREAD;
    let (to_do, jobs) = bounded::<Job<J>>(under_way);
    let (finished, done) = bounded::<Done<R>>(under_way);
    // A job takes its places and gives them back when its result is taken, so that results waiting
    // for a slow job before them are bounded too.
    let (place, places) = bounded::<()>(under_way);
    let work = &work;
    thread::scope(|scope| {
        // They go when this closure ends, however it ends, and that stops the other threads.
        let (done, places) = (done, places);
        scope.spawn(move || give_out(produce, &to_do, &place));
        for _ in 0..threads.get() {
            let (jobs, finished) = (jobs.clone(), finished.clone());
            scope.spawn(move || do_jobs(work, &jobs, &finished));
        }
        drop((jobs, finished));
        let mut next = 0;
        let mut waiting: BTreeMap<u64, Done<R>> = BTreeMap::new();
        for one in &done {
            waiting.insert(one.number, one);
            while let Some(one) = waiting.remove(&next) {
                next += 1;
                for _ in 0..one.places {
                    // The one who gives out is gone when the last job is under way.
                    let _ = places.try_recv();
                }
                if let Some(result) = one.result {
                    take(result)?;
                }
            }
        }
        Ok(())
    })
}

fn give_out<J>(
    produce: impl FnOnce(&mut GiveOut<'_, J>),
    to_do: &Sender<Job<J>>,
    place: &Sender<()>,
) {
    let mut number = 0;
    let all = place.capacity().unwrap_or(1);
    produce(&mut |places, job| {
        let places = places.clamp(1, all);
        let job = Job { number, places, job };
        number += 1;
        let taken = (0..places).all(|_| place.send(()).is_ok());
        match taken && to_do.send(job).is_ok() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    });
}

fn do_jobs<J, R>(work: &impl Fn(J) -> R, jobs: &Receiver<Job<J>>, finished: &Sender<Done<R>>) {
    for Job { number, places, job } in jobs {
        let lost = Lost { number, places, finished };
        let result = work(job);
        std::mem::forget(lost);
        if finished.send(Done { number, places, result: Some(result) }).is_err() {
            return;
        }
    }
}

/// One job, with its number in the order of all.
struct Job<J> {
    number: u64,
    /// How many places it takes.
    places: usize,
    job: J,
}

/// What a job came to; nothing if its thread was lost.
struct Done<R> {
    number: u64,
    places: usize,
    result: Option<R>,
}

/// Gives back the places of a job whose thread panics, so that the others do not wait for it; the
/// panic goes on when they are done.
struct Lost<'a, R> {
    number: u64,
    places: usize,
    finished: &'a Sender<Done<R>>,
}

impl<R> Drop for Lost<'_, R> {
    fn drop(&mut self) {
        let (number, places) = (self.number, self.places);
        // If no one takes it, no one waits.
        drop(self.finished.send(Done { number, places, result: None }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(threads: usize, until: Option<u64>) -> (Vec<u64>, Result<(), u64>) {
        let mut taken = Vec::new();
        let done = in_order(
            NonZeroUsize::new(threads).unwrap(),
            |give| {
                for n in 0..1000_u64 {
                    if give(n as usize % 40, n).is_break() {
                        return;
                    }
                }
            },
            |n| n * n,
            &mut |square| {
                if until.is_some_and(|until| square >= until) {
                    return Err(square);
                }
                taken.push(square);
                Ok(())
            },
        );
        (taken, done)
    }

    #[test]
    fn results_come_in_order_until_one_is_refused() {
        for threads in [1, 3] {
            let all: Vec<u64> = (0..1000).map(|n| n * n).collect();
            assert_eq!(squares(threads, None), (all.clone(), Ok(())));
            assert_eq!(squares(threads, Some(100)), (all[..10].to_vec(), Err(100)));
        }
    }
}
