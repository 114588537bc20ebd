//! Volumes in three dimensions: pipelines, and the pictures of rays from which those of canvases are made. Nothing here is made
//! before the first picture.

mod executor;
mod textures;

use std::{
    cell::{OnceCell, RefCell},
    mem::size_of,
    num::NonZeroU64,
    ops::Range,
};

use viewer_core::{Error, ErrorKind, Result, raycast::RayPlan};
use viewer_shaders::{
    RAY_BRICKS_BINDING, RAY_ENTRY_POINT, RAY_GRID_BINDING, RAY_MASK_BINDING, RAY_SHOW_ENTRY_POINT,
    RAY_SHOW_WGSL, RAY_TABLE_BINDING, RayPicture, RayVariant, SLICES_BINDING, Shown, VOXELS_BINDING,
};

use crate::{
    executor::begun,
    readback,
    volume::{VolumeTexture, sample_type},
};

pub(crate) use textures::Look;
use textures::Nothing;
pub use textures::{MaskTexture, RayTarget};

/// Binding number of the sampler, as in `shaders/ray_gather.wgsl`.
const CLAMP_BINDING: u32 = 6;

/// Everything for rays that does not depend on volumes.
#[derive(Debug)]
pub(crate) struct Rays {
    uniform: wgpu::Buffer,
    shown: wgpu::Buffer,
    /// For unsigned and for signed voxels.
    modules: [OnceCell<wgpu::ShaderModule>; 2],
    show: OnceCell<wgpu::ShaderModule>,
    made: RefCell<Vec<(Program, wgpu::TextureFormat, wgpu::RenderPipeline)>>,
    nothing: Nothing,
    /// For gathers.
    clamp_to_edge: wgpu::Sampler,
}

/// What a pipeline does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Program {
    /// One ray for each pixel of the target.
    Rays(RayVariant),
    /// Pixels between rays.
    Show,
}

impl Rays {
    pub(crate) fn new(device: &wgpu::Device) -> Self {
        let uniform = |label, size: usize| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: size as u64,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        Self {
            uniform: uniform("rays", size_of::<RayPicture>()),
            shown: uniform("rays shown", size_of::<Shown>()),
            modules: [OnceCell::new(), OnceCell::new()],
            show: OnceCell::new(),
            made: RefCell::default(),
            nothing: Nothing::new(device),
            clamp_to_edge: device.create_sampler(&wgpu::SamplerDescriptor::default()),
        }
    }

    /// Draws lines of the picture of `volume`, without what is in the mask, by `plan`.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when plan, volume, mask and target do not belong together.
    pub(crate) fn draw(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        plan: &RayPlan,
        (volume, mask): (&VolumeTexture, Option<&MaskTexture>),
        (target, lines): (&RayTarget, Range<u32>),
        encoder: &mut wgpu::CommandEncoder,
    ) -> Result<()> {
        let [slices, rows, columns] = volume.spec().size;
        let is_of_volume = plan.size == [columns, rows, slices] && plan.format == volume.spec().format;
        let is_masked_right = mask.is_none_or(|mask| mask.size() == volume.spec().size);
        if !is_of_volume || !is_masked_right || target.size() != plan.grid || lines.end > plan.grid[1] {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the plan was made for another volume, mask or picture",
            ));
        }
        queue.write_buffer(&self.uniform, 0, bytemuck::bytes_of(&RayPicture::new(plan)));
        let bricks = volume.bricks.borrow();
        let mut looks = volume.looks.borrow_mut();
        let look = looks.get(plan, &bricks, |occupancy| {
            Ok(Look::new(device, queue, plan, occupancy))
        })?;
        let voxels = volume.view();
        let [no_slices, no_mask] = self.nothing.views();
        let ([bricks, table], slices) = look.views();
        let mask_view = mask.map(MaskTexture::view);
        let entries = [
            (VOXELS_BINDING, &voxels),
            (SLICES_BINDING, slices.as_ref().unwrap_or(&no_slices)),
            (RAY_BRICKS_BINDING, &bricks),
            (RAY_TABLE_BINDING, &table),
            (RAY_MASK_BINDING, mask_view.as_ref().unwrap_or(&no_mask)),
        ];
        let layout = rays_layout(device, sample_type(plan.format));
        let sampler = (CLAMP_BINDING, &self.clamp_to_edge);
        let group = bound(device, &layout, &self.uniform, Some(sampler), &entries);
        let view = target.view();
        let mut pass = added(encoder, &view);
        pass.set_pipeline(&self.rays_pipeline(device, plan, mask.is_some()));
        pass.set_bind_group(0, &group, &[]);
        pass.set_scissor_rect(
            0,
            lines.start,
            plan.grid[0],
            lines.end.saturating_sub(lines.start),
        );
        pass.draw(0..3, 0..1);
        Ok(())
    }

    /// Shows the picture of rays on a canvas of `[width, height]` pixels.
    pub(crate) fn show(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        target: &RayTarget,
        canvas: [u32; 2],
        (view, format): (&wgpu::TextureView, wgpu::TextureFormat),
        encoder: &mut wgpu::CommandEncoder,
    ) {
        let shown = Shown::new(target.size(), canvas);
        queue.write_buffer(&self.shown, 0, bytemuck::bytes_of(&shown));
        let layout = show_layout(device);
        let rays = target.view();
        let group = bound(device, &layout, &self.shown, None, &[(RAY_GRID_BINDING, &rays)]);
        let pipeline = self.pipeline(Program::Show, format, || {
            let module = self.show.get_or_init(|| made_module(device, RAY_SHOW_WGSL));
            made_pipeline(device, module, RAY_SHOW_ENTRY_POINT, &[], &layout, format)
        });
        let mut pass = begun(encoder, view);
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..3, 0..1);
    }

    /// The pipeline that draws `plan`.
    fn rays_pipeline(&self, device: &wgpu::Device, plan: &RayPlan, has_mask: bool) -> wgpu::RenderPipeline {
        let variant = RayVariant::of(plan, has_mask);
        self.pipeline(Program::Rays(variant), readback::FORMAT, || {
            let [unsigned, signed] = &self.modules;
            let held = if variant.is_signed { signed } else { unsigned };
            let module = held.get_or_init(|| made_module(device, RayVariant::wgsl(variant.is_signed)));
            made_pipeline(
                device,
                module,
                RAY_ENTRY_POINT,
                &variant.constants(),
                &rays_layout(device, sample_type(plan.format)),
                readback::FORMAT,
            )
        })
    }

    fn pipeline(
        &self,
        program: Program,
        format: wgpu::TextureFormat,
        make: impl FnOnce() -> wgpu::RenderPipeline,
    ) -> wgpu::RenderPipeline {
        let mut made = self.made.borrow_mut();
        if let Some((.., pipeline)) = made.iter().find(|(p, f, _)| (*p, *f) == (program, format)) {
            return pipeline.clone();
        }
        let pipeline = make();
        made.push((program, format, pipeline.clone()));
        pipeline
    }
}

/// A pass over what a target holds already.
fn added<'a>(encoder: &'a mut wgpu::CommandEncoder, target: &wgpu::TextureView) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("rays"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: target,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Load,
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    })
}

fn show_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let float = wgpu::TextureSampleType::Float { filterable: false };
    let grid = (RAY_GRID_BINDING, float, wgpu::TextureViewDimension::D2);
    made_layout(device, size_of::<Shown>(), None, &[grid])
}

fn rays_layout(device: &wgpu::Device, voxels: wgpu::TextureSampleType) -> wgpu::BindGroupLayout {
    use wgpu::{TextureSampleType as Kind, TextureViewDimension as Dimension};
    let float = Kind::Float { filterable: false };
    made_layout(
        device,
        size_of::<RayPicture>(),
        Some(CLAMP_BINDING),
        &[
            (VOXELS_BINDING, voxels, Dimension::D2Array),
            (SLICES_BINDING, float, Dimension::D2),
            (RAY_BRICKS_BINDING, Kind::Uint, Dimension::D3),
            (RAY_TABLE_BINDING, float, Dimension::D2),
            (RAY_MASK_BINDING, Kind::Uint, Dimension::D3),
        ],
    )
}

/// Layouts of equal entries are interchangeable, so they are made where needed.
fn made_layout(
    device: &wgpu::Device,
    uniform_bytes: usize,
    sampler: Option<u32>,
    textures: &[(u32, wgpu::TextureSampleType, wgpu::TextureViewDimension)],
) -> wgpu::BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty,
        count: None,
    };
    let uniform = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: NonZeroU64::new(uniform_bytes as u64),
    };
    let clamps = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::NonFiltering);
    let mut entries = vec![entry(0, uniform)];
    entries.extend(sampler.map(|binding| entry(binding, clamps)));
    entries.extend(textures.iter().map(|(binding, sample_type, view_dimension)| {
        let texture = wgpu::BindingType::Texture {
            sample_type: *sample_type,
            view_dimension: *view_dimension,
            multisampled: false,
        };
        entry(*binding, texture)
    }));
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("rays"),
        entries: &entries,
    })
}

fn bound(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    uniform: &wgpu::Buffer,
    sampler: Option<(u32, &wgpu::Sampler)>,
    textures: &[(u32, &wgpu::TextureView)],
) -> wgpu::BindGroup {
    let mut entries = vec![wgpu::BindGroupEntry {
        binding: 0,
        resource: uniform.as_entire_binding(),
    }];
    entries.extend(sampler.map(|(binding, sampler)| wgpu::BindGroupEntry {
        binding,
        resource: wgpu::BindingResource::Sampler(sampler),
    }));
    entries.extend(textures.iter().map(|(binding, view)| wgpu::BindGroupEntry {
        binding: *binding,
        resource: wgpu::BindingResource::TextureView(view),
    }));
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("rays"),
        layout,
        entries: &entries,
    })
}

fn made_module(device: &wgpu::Device, wgsl: &'static str) -> wgpu::ShaderModule {
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("rays"),
        source: wgpu::ShaderSource::Wgsl(wgsl.into()),
    })
}

fn made_pipeline(
    device: &wgpu::Device,
    module: &wgpu::ShaderModule,
    entry_point: &str,
    constants: &[(&str, f64)],
    layout: &wgpu::BindGroupLayout,
    format: wgpu::TextureFormat,
) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("rays"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(entry_point),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module,
            entry_point: Some("full_screen"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module,
            entry_point: Some(entry_point),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants,
                ..Default::default()
            },
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}
