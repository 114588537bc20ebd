//! Volumes in three dimensions: pipelines, and pictures of fewer rays than pixels. Nothing here is made before the first
//! picture.

mod executor;
mod textures;

use std::{
    cell::{OnceCell, RefCell},
    mem::size_of,
    num::NonZeroU64,
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

use textures::{Grid, Nothing};
pub(crate) use textures::{Look, MaskBits};

/// Everything for rays that does not depend on volumes.
#[derive(Debug)]
pub(crate) struct Rays {
    uniform: wgpu::Buffer,
    shown: wgpu::Buffer,
    /// For unsigned and for signed voxels.
    modules: [OnceCell<wgpu::ShaderModule>; 2],
    show: OnceCell<wgpu::ShaderModule>,
    made: RefCell<Vec<(Program, wgpu::TextureFormat, wgpu::RenderPipeline)>>,
    grid: RefCell<Option<Grid>>,
    nothing: Nothing,
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
            grid: RefCell::default(),
            nothing: Nothing::new(device),
        }
    }

    /// Draws `volume` by `plan` into `target`.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the plan was made for another volume.
    pub(crate) fn draw(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        plan: &RayPlan,
        volume: &VolumeTexture,
        target: (&wgpu::TextureView, wgpu::TextureFormat),
        encoder: &mut wgpu::CommandEncoder,
    ) -> Result<()> {
        let [slices, rows, columns] = volume.spec().size;
        if plan.size != [columns, rows, slices] || plan.format != volume.spec().format {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the plan was made for another volume",
            ));
        }
        if plan.grid == plan.canvas {
            return self.draw_rays(device, queue, plan, volume, target, encoder);
        }
        let mut grid = self.grid.borrow_mut();
        let grid = Grid::of_size(&mut grid, device, plan.grid);
        let view = grid.view();
        self.draw_rays(device, queue, plan, volume, (&view, readback::FORMAT), encoder)?;
        queue.write_buffer(&self.shown, 0, bytemuck::bytes_of(&Shown::new(plan)));
        let group = bound(
            device,
            &self.show_layout(device),
            &self.shown,
            &[(RAY_GRID_BINDING, &view)],
        );
        let mut pass = begun(encoder, target.0);
        pass.set_pipeline(&self.pipeline(device, Program::Show, plan, target.1));
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..3, 0..1);
        Ok(())
    }

    fn draw_rays(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        plan: &RayPlan,
        volume: &VolumeTexture,
        (target, format): (&wgpu::TextureView, wgpu::TextureFormat),
        encoder: &mut wgpu::CommandEncoder,
    ) -> Result<()> {
        queue.write_buffer(&self.uniform, 0, bytemuck::bytes_of(&RayPicture::new(plan)));
        let bricks = volume.bricks.borrow();
        let mut looks = volume.looks.borrow_mut();
        let look = looks.get(plan, &bricks, |occupancy| {
            Ok(Look::new(device, queue, plan, occupancy))
        })?;
        let mask = volume.mask.borrow();
        let voxels = volume.view();
        let [no_slices, no_mask] = self.nothing.views();
        let ([bricks, table], slices) = look.views();
        let mask_view = mask.as_ref().map(MaskBits::view);
        let entries = [
            (VOXELS_BINDING, &voxels),
            (SLICES_BINDING, slices.as_ref().unwrap_or(&no_slices)),
            (RAY_BRICKS_BINDING, &bricks),
            (RAY_TABLE_BINDING, &table),
            (RAY_MASK_BINDING, mask_view.as_ref().unwrap_or(&no_mask)),
        ];
        let layout = rays_layout(device, sample_type(plan.format));
        let group = bound(device, &layout, &self.uniform, &entries);
        let program = Program::Rays(RayVariant::of(plan, mask.is_some()));
        let mut pass = begun(encoder, target);
        pass.set_pipeline(&self.pipeline(device, program, plan, format));
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..3, 0..1);
        Ok(())
    }

    fn pipeline(
        &self,
        device: &wgpu::Device,
        program: Program,
        plan: &RayPlan,
        format: wgpu::TextureFormat,
    ) -> wgpu::RenderPipeline {
        let mut made = self.made.borrow_mut();
        if let Some((.., pipeline)) = made.iter().find(|(p, f, _)| (*p, *f) == (program, format)) {
            return pipeline.clone();
        }
        let (module, entry_point, constants, layout) = match program {
            Program::Rays(variant) => (
                self.module(device, variant.is_signed),
                RAY_ENTRY_POINT,
                variant.constants().to_vec(),
                rays_layout(device, sample_type(plan.format)),
            ),
            Program::Show => (
                self.show
                    .get_or_init(|| made_module(device, RAY_SHOW_WGSL.to_owned())),
                RAY_SHOW_ENTRY_POINT,
                Vec::new(),
                self.show_layout(device),
            ),
        };
        let pipeline = made_pipeline(device, module, entry_point, &constants, &layout, format);
        made.push((program, format, pipeline.clone()));
        pipeline
    }

    fn module(&self, device: &wgpu::Device, is_signed: bool) -> &wgpu::ShaderModule {
        let [unsigned, signed] = &self.modules;
        let held = if is_signed { signed } else { unsigned };
        held.get_or_init(|| made_module(device, RayVariant::wgsl(is_signed)))
    }

    #[expect(clippy::unused_self, reason = "beside the other layout")]
    fn show_layout(&self, device: &wgpu::Device) -> wgpu::BindGroupLayout {
        let float = wgpu::TextureSampleType::Float { filterable: false };
        let grid = (RAY_GRID_BINDING, float, wgpu::TextureViewDimension::D2);
        made_layout(device, size_of::<Shown>(), &[grid])
    }
}

fn rays_layout(device: &wgpu::Device, voxels: wgpu::TextureSampleType) -> wgpu::BindGroupLayout {
    use wgpu::{TextureSampleType as Kind, TextureViewDimension as Dimension};
    let float = Kind::Float { filterable: false };
    made_layout(
        device,
        size_of::<RayPicture>(),
        &[
            (VOXELS_BINDING, voxels, Dimension::D3),
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
    let mut entries = vec![entry(0, uniform)];
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
    textures: &[(u32, &wgpu::TextureView)],
) -> wgpu::BindGroup {
    let mut entries = vec![wgpu::BindGroupEntry {
        binding: 0,
        resource: uniform.as_entire_binding(),
    }];
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

fn made_module(device: &wgpu::Device, wgsl: String) -> wgpu::ShaderModule {
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
