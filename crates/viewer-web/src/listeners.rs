//! Who hears of a lost device: WebGPU's tells it here; a lost WebGL2 context is an event of its canvas. Callbacks of a device must be `Send`, JavaScript functions are not: so the device
//! knows a number, and this table, which lives on the page's only thread, knows the function.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use js_sys::Function;
use wasm_bindgen::JsValue;

#[derive(Default)]
struct Listener {
    callback: Option<Function>,
    /// What happened before anybody listened.
    reason: Option<String>,
}

thread_local! {
    static LISTENERS: RefCell<BTreeMap<u32, Listener>> = RefCell::default();
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// A place in the table; dropping it ends the listening.
#[derive(Debug)]
pub(crate) struct Ticket(u32);

impl Ticket {
    /// A new place.
    pub(crate) fn new() -> Self {
        let number = NEXT.replace(NEXT.get().wrapping_add(1));
        LISTENERS.with_borrow_mut(|listeners| listeners.insert(number, Listener::default()));
        Self(number)
    }

    /// The number that [`tell`] takes.
    #[cfg(feature = "webgpu")]
    pub(crate) const fn number(&self) -> u32 {
        self.0
    }

    /// Calls `callback` with the reason once the device is lost, or at once if it is.
    pub(crate) fn listen(&self, callback: &Function) {
        let reason = LISTENERS.with_borrow_mut(|listeners| {
            let listener = listeners.entry(self.0).or_default();
            listener.callback = Some(callback.clone());
            listener.reason.take()
        });
        if let Some(reason) = reason {
            call(callback, &reason);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        LISTENERS.with_borrow_mut(|listeners| listeners.remove(&self.0));
    }
}

/// The device with this number is lost.
#[cfg(feature = "webgpu")]
pub(crate) fn tell(number: u32, reason: &str) {
    let callback = LISTENERS.with_borrow_mut(|listeners| {
        let listener = listeners.get_mut(&number)?;
        if listener.callback.is_none() {
            listener.reason = Some(reason.to_owned());
        }
        listener.callback.clone()
    });
    if let Some(callback) = callback {
        call(&callback, reason);
    }
}

fn call(callback: &Function, reason: &str) {
    // An exception in the page's callback is the page's; it must not unwind into the device.
    if let Err(thrown) = callback.call1(&JsValue::UNDEFINED, &reason.into()) {
        web_sys::console::error_1(&thrown);
    }
}
