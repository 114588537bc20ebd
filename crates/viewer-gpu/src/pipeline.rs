//! Bind groups and pipelines; a pipeline is made when it is first needed.

use std::{
    cell::{OnceCell, RefCell},
    mem::size_of,
    num::NonZeroU64,
};

use viewer_shaders::{Module, Shader, Slice, TABLE_BINDING, Taps, Variant};

/// Sample type of the frame's texture.
const fn sample_type(shader: Shader) -> wgpu::TextureSampleType {
    match shader {
        Shader::GreySint => wgpu::TextureSampleType::Sint,
        Shader::GreyUint | Shader::Color | Shader::Mask => wgpu::TextureSampleType::Uint,
    }
}

/// Drawn over the picture; the canvas stays opaque.
const OVER: wgpu::BlendState = wgpu::BlendState {
    color: wgpu::BlendState::ALPHA_BLENDING.color,
    alpha: wgpu::BlendComponent {
        src_factor: wgpu::BlendFactor::Zero,
        dst_factor: wgpu::BlendFactor::One,
        operation: wgpu::BlendOperation::Add,
    },
};

/// Everything on a device that does not depend on frames.
#[derive(Debug)]
pub(crate) struct Pipelines {
    curve: wgpu::ShaderModule,
    table: OnceCell<wgpu::ShaderModule>,
    mask: OnceCell<wgpu::ShaderModule>,
    /// For [`Taps::Gather`].
    clamp_to_edge: wgpu::Sampler,
    uniform: wgpu::Buffer,
    made: RefCell<Vec<(Variant, wgpu::TextureFormat, wgpu::RenderPipeline)>>,
}

impl Pipelines {
    pub(crate) fn new(device: &wgpu::Device) -> Self {
        Self {
            clamp_to_edge: device.create_sampler(&wgpu::SamplerDescriptor::default()),
            curve: made_module(device, Module::Curve),
            table: OnceCell::new(),
            mask: OnceCell::new(),
            uniform: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("slice"),
                size: size_of::<Slice>() as u64,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            }),
            made: RefCell::new(Vec::new()),
        }
    }

    /// The uniform buffer of all bind groups.
    pub(crate) const fn uniform(&self) -> &wgpu::Buffer {
        &self.uniform
    }

    fn module(&self, device: &wgpu::Device, module: Module) -> &wgpu::ShaderModule {
        match module {
            Module::Curve => &self.curve,
            Module::Table => self.table.get_or_init(|| made_module(device, module)),
            Module::Mask => self.mask.get_or_init(|| made_module(device, module)),
        }
    }

    /// Uniform and texture for `shader`, and for [`Module::Table`] the table.
    pub(crate) fn bind(
        &self,
        device: &wgpu::Device,
        shader: Shader,
        texture: &wgpu::TextureView,
        table: Option<&wgpu::TextureView>,
    ) -> wgpu::BindGroup {
        let mut entries = vec![
            wgpu::BindGroupEntry {
                binding: 0,
                resource: self.uniform.as_entire_binding(),
            },
            wgpu::BindGroupEntry {
                binding: shader.frame_binding(),
                resource: wgpu::BindingResource::TextureView(texture),
            },
        ];
        entries.push(wgpu::BindGroupEntry {
            binding: 3,
            resource: wgpu::BindingResource::Sampler(&self.clamp_to_edge),
        });
        let module = table.map_or(Module::Curve, |_| Module::Table);
        entries.extend(table.map(|table| wgpu::BindGroupEntry {
            binding: TABLE_BINDING,
            resource: wgpu::BindingResource::TextureView(table),
        }));
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("frame"),
            layout: &self.layout(device, module, shader),
            entries: &entries,
        })
    }

    /// The pipeline that draws `variant` into targets of `format`.
    pub(crate) fn get(
        &self,
        device: &wgpu::Device,
        variant: Variant,
        format: wgpu::TextureFormat,
    ) -> wgpu::RenderPipeline {
        let mut made = self.made.borrow_mut();
        if let Some((.., pipeline)) = made.iter().find(|(v, f, _)| (*v, *f) == (variant, format)) {
            return pipeline.clone();
        }
        let pipeline = self.make(device, variant, format);
        made.push((variant, format, pipeline.clone()));
        pipeline
    }

    fn make(
        &self,
        device: &wgpu::Device,
        variant: Variant,
        format: wgpu::TextureFormat,
    ) -> wgpu::RenderPipeline {
        let shader = variant.shader;
        let module = self.module(device, variant.module);
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("slice"),
            bind_group_layouts: &[Some(&self.layout(device, variant.module, shader))],
            immediate_size: 0,
        });
        device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(shader.entry_point()),
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
                entry_point: Some(shader.entry_point()),
                compilation_options: wgpu::PipelineCompilationOptions {
                    constants: &variant.constants(),
                    ..Default::default()
                },
                targets: &[Some(wgpu::ColorTargetState {
                    blend: (shader == Shader::Mask).then_some(OVER),
                    ..format.into()
                })],
            }),
            multiview_mask: None,
            cache: None,
        })
    }

    /// Layouts of equal entries are interchangeable, so they are made where needed.
    fn layout(&self, device: &wgpu::Device, module: Module, shader: Shader) -> wgpu::BindGroupLayout {
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty,
            count: None,
        };
        let uniform = wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: false,
            min_binding_size: NonZeroU64::new(size_of::<Slice>() as u64),
        };
        let texture = |sample_type| wgpu::BindingType::Texture {
            sample_type,
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let mut entries = vec![
            entry(0, uniform),
            entry(shader.frame_binding(), texture(sample_type(shader))),
        ];
        if module == Module::Table {
            entries.push(entry(TABLE_BINDING, texture(wgpu::TextureSampleType::Uint)));
        }
        let kind = wgpu::SamplerBindingType::NonFiltering;
        entries.push(entry(3, wgpu::BindingType::Sampler(kind)));
        device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("slice"),
            entries: &entries,
        })
    }
}

fn made_module(device: &wgpu::Device, module: Module) -> wgpu::ShaderModule {
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("slice"),
        source: wgpu::ShaderSource::Wgsl(Taps::Gather.wgsl(module).into()),
    })
}
