//! How much memory a piece of code holds at once, counted by the allocator of a test program.
//!
//! ```
//! #[global_allocator]
//! static ALLOCATOR: peak::Counting = peak::Counting;
//!
//! let (bytes, most) = peak::of(|| vec![0_u8; 1000]);
//! assert_eq!((bytes.len(), most), (1000, 1000));
//! ```
//!
//! Each thread is counted by itself, so that tests can run side by side. While something is moved to larger room, the old
//! and the new room both count, as they do where the system cannot grow it in place.
#![allow(unsafe_code, reason = "an allocator")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

/// The allocator of the system, with a count.
#[derive(Debug)]
pub struct Counting;

/// Of one thread, in bytes.
struct Count {
    held: Cell<isize>,
    most: Cell<isize>,
    bound: Cell<isize>,
}

thread_local! {
    static COUNT: Count = const {
        Count {
            held: Cell::new(0),
            most: Cell::new(0),
            bound: Cell::new(isize::MAX),
        }
    };
}

/// Runs `work`; gives what it gave, and the most bytes that it held at once beyond those held before.
pub fn of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    within(usize::MAX, work)
}

/// As [`of`], but ends the program at the allocation with which more than `bound` bytes are held: a debugger, or the
/// signal handler of a fuzzer, then shows where.
pub fn within<T>(bound: usize, work: impl FnOnce() -> T) -> (T, usize) {
    /// What held before, also after a panic.
    struct Before([isize; 2]);
    impl Drop for Before {
        fn drop(&mut self) {
            COUNT.with(|count| {
                count.most.set(self.0[0].max(count.most.get()));
                count.bound.set(self.0[1]);
            });
        }
    }
    let (start, before) = COUNT.with(|count| {
        let start = count.held.get();
        let most = count.most.replace(start);
        let end = start.saturating_add(isize::try_from(bound).unwrap_or(isize::MAX));
        let bound = count.bound.replace(end.min(count.bound.get()));
        (start, Before([most, bound]))
    });
    let outcome = work();
    let most = COUNT.with(|count| count.most.get()) - start;
    drop(before);
    (outcome, most.unsigned_abs())
}

fn taken(bytes: usize) {
    // a thread that ends has no count any more
    let is_over = COUNT.try_with(|count| {
        let held = count.held.get() + bytes.cast_signed();
        count.held.set(held);
        count.most.set(count.most.get().max(held));
        // printing allocates as well
        held > count.bound.get() && count.bound.replace(isize::MAX) < isize::MAX
    });
    if is_over == Ok(true) {
        over(bytes);
    }
}

fn given_back(bytes: usize) {
    // what is freed when the thread has ended is nobody's any more
    let _ended = COUNT.try_with(|count| count.held.set(count.held.get() - bytes.cast_signed()));
}

#[cold]
#[expect(clippy::print_stderr, reason = "the last words of a test program")]
fn over(bytes: usize) -> ! {
    eprintln!("an allocation of {bytes} bytes goes over the bound on memory");
    std::process::abort()
}

// SAFETY: everything is done by the allocator of the system; counting neither touches memory nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: the caller's promises are those that are asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        given_back(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        taken(size);
        // SAFETY: as above.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        given_back(layout.size());
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::{Counting, of};

    #[global_allocator]
    static ALLOCATOR: Counting = Counting;

    #[test]
    fn the_most_at_once_is_counted_whatever_is_held_later() {
        let ((), most) = of(|| {
            drop(vec![0_u8; 5000]);
            drop((vec![0_u8; 700], vec![0_u8; 1000]));
        });
        assert_eq!(most, 5000);
        let ((), most) = of(|| drop(vec![0_u8; 30]));
        assert_eq!(most, 30);
    }

    #[test]
    fn growing_holds_both_and_threads_are_apart() {
        let (grown, most) = of(|| {
            let mut bytes = Vec::<u8>::with_capacity(100);
            std::thread::spawn(|| drop(vec![0_u8; 1 << 20]))
                .join()
                .expect("no panic");
            bytes.reserve_exact(1000);
            bytes
        });
        assert!(grown.capacity() == 1000 && (1100..4000).contains(&most), "{most}");
    }

    #[test]
    fn an_outer_count_sees_what_an_inner_one_does() {
        let (inner, outer) = of(|| of(|| drop(vec![0_u8; 4000])).1);
        assert_eq!((inner, outer), (4000, 4000));
    }
}
