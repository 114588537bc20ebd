//! Waiting for the graphics device without holding up the page.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::WebGl2RenderingContext as Gl;

use super::program::Linking;

/// `COMPLETION_STATUS_KHR` of `KHR_parallel_shader_compile`.
const COMPLETION_STATUS: u32 = 0x91B1;
/// From one look to the next.
const PAUSE_MS: i32 = 4;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: i32) -> JsValue;
}

/// Until the driver has made a program, where it says so; asking for the program would wait as well, but for all of the page.
pub(super) async fn until_linked(gl: &Gl, linking: &Linking) {
    if gl
        .get_extension("KHR_parallel_shader_compile")
        .ok()
        .flatten()
        .is_none()
    {
        return;
    }
    while !gl.is_context_lost() && linking.parameter(gl, COMPLETION_STATUS).is_falsy() {
        pause().await;
    }
}

/// Until all that was drawn so far is done.
pub(super) async fn until_drawn(gl: &Gl) {
    let Some(fence) = gl.fence_sync(Gl::SYNC_GPU_COMMANDS_COMPLETE, 0) else {
        return;
    };
    gl.flush();
    // Its status changes between two tasks of the page, at the earliest.
    loop {
        pause().await;
        let status = gl.get_sync_parameter(&fence, Gl::SYNC_STATUS);
        if gl.is_context_lost() || status.as_f64() != Some(f64::from(Gl::UNSIGNALED)) {
            break;
        }
    }
    gl.delete_sync(Some(&fence));
}

async fn pause() {
    let timer = Promise::new(&mut |resolve, _reject| {
        set_timeout(&resolve, PAUSE_MS);
    });
    // A timer does not fail.
    drop(JsFuture::from(timer).await);
}
