//! Many who act at the same moment.

use std::{sync::Barrier, thread, time::Duration};

use crate::wait::every;

/// Has `count` threads begin at the same moment, each with its number from 0,
/// and returns what each came to, in their order.
///
/// # Panics
/// Where one of them does.
pub fn at_once<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(count);
    let begin = |number| {
        start.wait();
        act(number)
    };
    let begin = &begin;
    thread::scope(|scope| {
        let crowd: Vec<_> = (0..count)
            .map(|number| scope.spawn(move || begin(number)))
            .collect();
        crowd
            .into_iter()
            .map(|one| one.join().expect("none of the crowd panics"))
            .collect()
    })
}

/// As [`at_once`], while something is done to them every `period` until the
/// last one is through.
///
/// # Panics
/// Where one of them does, or they take longer than [`crate::wait::LIMIT`].
pub fn at_once_despite<T: Send>(
    count: usize,
    act: impl Fn(usize) -> T + Sync,
    period: Duration,
    disturb: impl FnMut(),
) -> Vec<T> {
    thread::scope(|scope| {
        let act = &act;
        let crowd = scope.spawn(move || at_once(count, act));
        every(period, || crowd.is_finished(), disturb);
        crowd.join().expect("none of the crowd panics")
    })
}
