//! Planes and slabs through volumes: bind groups, pipelines and slice tables. Nothing here is made before the first plane.

use std::{
    cell::{OnceCell, RefCell},
    mem::size_of,
    num::NonZeroU64,
    sync::Arc,
};

use viewer_core::{
    Error, ErrorKind, Result,
    plan::Shading,
    reslice::{ReslicePlan, SliceTable},
};
use viewer_shaders::{
    PLANE_ENTRY_POINT, Plane, PlaneVariant, SLICES_BINDING, TABLE_BINDING, Taps, VOXELS_BINDING, Voxels,
    slice_texels,
};

use crate::{
    table::LastTable,
    volume::{VolumeTexture, sample_type},
};

/// Binding number of the sampler, as in `shaders/volume_gather.wgsl`.
const CLAMP_BINDING: u32 = 3;

/// Everything for planes that does not depend on volumes.
#[derive(Debug)]
pub(crate) struct Planes {
    uniform: wgpu::Buffer,
    sint: OnceCell<wgpu::ShaderModule>,
    uint: OnceCell<wgpu::ShaderModule>,
    made: RefCell<Vec<(PlaneVariant, wgpu::TextureFormat, wgpu::RenderPipeline)>>,
    last_slices: RefCell<Option<(Arc<SliceTable>, wgpu::Texture)>>,
    /// Bound in the place of a table that a plan does not have.
    no_table: wgpu::Texture,
    /// For gathers.
    clamp_to_edge: wgpu::Sampler,
}

impl Drop for Planes {
    fn drop(&mut self) {
        self.no_table.destroy();
        if let Some((_, texture)) = self.last_slices.get_mut() {
            texture.destroy();
        }
    }
}

impl Planes {
    pub(crate) fn new(device: &wgpu::Device) -> Self {
        Self {
            uniform: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("plane"),
                size: size_of::<Plane>() as u64,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
            sint: OnceCell::new(),
            uint: OnceCell::new(),
            made: RefCell::default(),
            last_slices: RefCell::default(),
            no_table: made_table(device, 1),
            clamp_to_edge: device.create_sampler(&wgpu::SamplerDescriptor::default()),
        }
    }

    /// Draws `volume` by `plan` in `pass`, over black.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the plan was made for another volume.
    pub(crate) fn draw(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        plan: &ReslicePlan,
        volume: &VolumeTexture,
        levels: &LastTable,
        format: wgpu::TextureFormat,
        pass: &mut wgpu::RenderPass<'_>,
    ) -> Result<()> {
        let spec = volume.spec();
        if plan.size != spec.size || plan.format != spec.format {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the plan was made for another volume",
            ));
        }
        if plan.is_blank() {
            return Ok(());
        }
        queue.write_buffer(&self.uniform, 0, bytemuck::bytes_of(&Plane::new(plan)));
        let no_table = self.no_table.create_view(&wgpu::TextureViewDescriptor::default());
        let slices = plan.table.as_ref().map(|table| self.slices(device, queue, table));
        let levels = match &plan.shading {
            Shading::Table(table) => Some(levels.view(device, queue, table)),
            Shading::Grey { .. } | Shading::Color { .. } => None,
        };
        let voxels = volume.view();
        let entries = [
            (VOXELS_BINDING, &voxels),
            (SLICES_BINDING, slices.as_ref().unwrap_or(&no_table)),
            (TABLE_BINDING, levels.as_ref().unwrap_or(&no_table)),
        ];
        let mut bound = vec![
            wgpu::BindGroupEntry {
                binding: 0,
                resource: self.uniform.as_entire_binding(),
            },
            wgpu::BindGroupEntry {
                binding: CLAMP_BINDING,
                resource: wgpu::BindingResource::Sampler(&self.clamp_to_edge),
            },
        ];
        bound.extend(entries.map(|(binding, view)| wgpu::BindGroupEntry {
            binding,
            resource: wgpu::BindingResource::TextureView(view),
        }));
        let variant = PlaneVariant::of(plan, Taps::Gather);
        pass.set_pipeline(&self.pipeline(device, variant, sample_type(plan.format), format));
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("plane"),
            layout: &layout(device, sample_type(plan.format)),
            entries: &bound,
        });
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..3, 0..1);
        Ok(())
    }

    fn module(&self, device: &wgpu::Device, voxels: Voxels) -> &wgpu::ShaderModule {
        let held = match voxels {
            Voxels::Sint => &self.sint,
            Voxels::Uint => &self.uint,
        };
        held.get_or_init(|| {
            device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some("plane"),
                source: wgpu::ShaderSource::Wgsl(voxels.wgsl().into()),
            })
        })
    }

    fn pipeline(
        &self,
        device: &wgpu::Device,
        variant: PlaneVariant,
        voxels: wgpu::TextureSampleType,
        format: wgpu::TextureFormat,
    ) -> wgpu::RenderPipeline {
        let mut made = self.made.borrow_mut();
        if let Some((.., pipeline)) = made.iter().find(|(v, f, _)| (*v, *f) == (variant, format)) {
            return pipeline.clone();
        }
        let module = self.module(device, variant.voxels);
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("plane"),
            bind_group_layouts: &[Some(&layout(device, voxels))],
            immediate_size: 0,
        });
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("plane"),
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
                entry_point: Some(PLANE_ENTRY_POINT),
                compilation_options: wgpu::PipelineCompilationOptions {
                    constants: &variant.constants(),
                    ..Default::default()
                },
                targets: &[Some(format.into())],
            }),
            multiview_mask: None,
            cache: None,
        });
        made.push((variant, format, pipeline.clone()));
        pipeline
    }

    /// The texture of the table that was drawn with last: it changes when a slice arrives, not with the view.
    fn slices(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        table: &Arc<SliceTable>,
    ) -> wgpu::TextureView {
        let mut last = self.last_slices.borrow_mut();
        let texture = match last.take() {
            Some((held, texture)) if held == *table => texture,
            other => {
                if let Some((_, texture)) = other {
                    texture.destroy();
                }
                let rows = u32::try_from(table.entries.len()).unwrap_or(u32::MAX);
                let texture = made_table(device, rows);
                queue.write_texture(
                    texture.as_image_copy(),
                    bytemuck::cast_slice(&slice_texels(table)),
                    wgpu::TexelCopyBufferLayout {
                        offset: 0,
                        bytes_per_row: Some(32),
                        rows_per_image: None,
                    },
                    texture.size(),
                );
                texture
            }
        };
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        *last = Some((Arc::clone(table), texture));
        view
    }
}

fn made_table(device: &wgpu::Device, rows: u32) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some("slices"),
        size: wgpu::Extent3d {
            width: 2,
            height: rows,
            depth_or_array_layers: 1,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba32Uint,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    })
}

/// Layouts of equal entries are interchangeable, so they are made where needed.
fn layout(device: &wgpu::Device, voxels: wgpu::TextureSampleType) -> wgpu::BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty,
        count: None,
    };
    let texture = |sample_type, view_dimension| wgpu::BindingType::Texture {
        sample_type,
        view_dimension,
        multisampled: false,
    };
    let uniform = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: NonZeroU64::new(size_of::<Plane>() as u64),
    };
    let table = texture(wgpu::TextureSampleType::Uint, wgpu::TextureViewDimension::D2);
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("plane"),
        entries: &[
            entry(0, uniform),
            entry(
                VOXELS_BINDING,
                texture(voxels, wgpu::TextureViewDimension::D2Array),
            ),
            entry(
                CLAMP_BINDING,
                wgpu::BindingType::Sampler(wgpu::SamplerBindingType::NonFiltering),
            ),
            entry(SLICES_BINDING, table),
            entry(TABLE_BINDING, table),
        ],
    })
}
