//! Shaders, bind groups and pipelines; a pipeline is made when it is first needed.

use std::{
    cell::{OnceCell, RefCell},
    mem::size_of,
    num::NonZeroU64,
};

use viewer_core::{
    PixelFormat,
    plan::{CurveShape, Interpolation, Shading, SlicePlan},
};

use crate::slice::Slice;

macro_rules! wgsl {
    ($($file:literal)*) => {
        concat!(
            include_str!("shaders/fixed.wgsl"),
            include_str!("shaders/slice.wgsl"),
            include_str!("shaders/sample.wgsl"),
            $(include_str!(concat!("shaders/", $file, ".wgsl"))),*
        )
    };
}

/// A WGSL module; each is made when it is first needed. Each file has a twin of the same name in `viewer-core/src/cpu`,
/// where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Module {
    /// Grey by the curve, and colour: what nearly every picture needs.
    Curve,
    /// Grey by a table.
    Table,
}

/// How the four taps of a grey pixel are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taps {
    /// By one gather. A load checks its place in WebGPU, which costs more than the load: four of them take as long as
    /// all the rest of the picture.
    Gather,
    /// By four loads: WebGL2 has no gather.
    Load,
}

impl Taps {
    /// What devices of `backend` do.
    pub(crate) const fn of(backend: wgpu::Backend) -> Self {
        match backend {
            wgpu::Backend::Gl => Self::Load,
            _ => Self::Gather,
        }
    }

    /// The text of a module.
    pub(crate) const fn wgsl(self, module: Module) -> &'static str {
        match (module, self) {
            (Module::Curve, Self::Gather) => wgsl!("taps_gather" "curve" "grey" "color"),
            (Module::Curve, Self::Load) => wgsl!("taps_load" "curve" "grey" "color"),
            (Module::Table, Self::Gather) => wgsl!("taps_gather" "table" "grey"),
            (Module::Table, Self::Load) => wgsl!("taps_load" "table" "grey"),
        }
    }
}

/// Which entry point draws a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shader {
    /// Signed stored values.
    GreySint,
    /// Unsigned stored values.
    GreyUint,
    /// Display colour.
    Color,
}

impl Shader {
    /// The one for frames of `format`.
    pub(crate) const fn of(format: PixelFormat) -> Self {
        match format {
            PixelFormat::R8Sint | PixelFormat::R16Sint | PixelFormat::R32Sint => Self::GreySint,
            PixelFormat::R8Uint | PixelFormat::R16Uint | PixelFormat::R32Uint => Self::GreyUint,
            PixelFormat::Rgba8Uint | PixelFormat::Rgba16Uint => Self::Color,
        }
    }

    pub(crate) const fn entry_point(self) -> &'static str {
        match self {
            Self::GreySint => "grey_sint",
            Self::GreyUint => "grey_uint",
            Self::Color => "color",
        }
    }

    /// Binding number and sample type of the frame's texture.
    const fn texture(self) -> (u32, wgpu::TextureSampleType) {
        match self {
            Self::GreySint => (1, wgpu::TextureSampleType::Sint),
            Self::GreyUint | Self::Color => (2, wgpu::TextureSampleType::Uint),
        }
    }
}

/// What holds for every pixel of a picture; a pipeline is made for it, see the overrides of `shaders/slice.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) module: Module,
    pub(crate) shader: Shader,
    pub(crate) is_linear: bool,
    pub(crate) is_sigmoid: bool,
    pub(crate) has_padding: bool,
    pub(crate) is_gentle: bool,
}

impl Variant {
    /// The one that draws `plan`.
    pub(crate) fn of(plan: &SlicePlan) -> Self {
        let (is_sigmoid, is_gentle) = match &plan.shading {
            Shading::Grey { fixed, .. } => (
                fixed.shape == CurveShape::Sigmoid,
                fixed.gentle(plan.range).is_some(),
            ),
            Shading::Table(_) | Shading::Color { .. } => (false, false),
        };
        let is_linear = plan.interpolation == Interpolation::Linear;
        Self {
            module: if matches!(plan.shading, Shading::Table(_)) {
                Module::Table
            } else {
                Module::Curve
            },
            shader: Shader::of(plan.format),
            is_linear,
            is_sigmoid,
            // The nearest pixel is shown whether it is padding or not.
            has_padding: is_linear && plan.padding.is_some(),
            is_gentle,
        }
    }

    /// The values of the overrides.
    pub(crate) fn constants(self) -> [(&'static str, f64); 4] {
        [
            ("is_linear", self.is_linear),
            ("is_sigmoid", self.is_sigmoid),
            ("has_padding", self.has_padding),
            ("is_gentle", self.is_gentle),
        ]
        .map(|(name, value)| (name, f64::from(u8::from(value))))
    }
}

/// Everything on a device that does not depend on frames.
#[derive(Debug)]
pub(crate) struct Pipelines {
    taps: Taps,
    curve: wgpu::ShaderModule,
    table: OnceCell<wgpu::ShaderModule>,
    /// For [`Taps::Gather`].
    clamp_to_edge: Option<wgpu::Sampler>,
    uniform: wgpu::Buffer,
    made: RefCell<Vec<(Variant, wgpu::TextureFormat, wgpu::RenderPipeline)>>,
}

impl Pipelines {
    pub(crate) fn new(device: &wgpu::Device, taps: Taps) -> Self {
        let sampler =
            (taps == Taps::Gather).then(|| device.create_sampler(&wgpu::SamplerDescriptor::default()));
        Self {
            taps,
            clamp_to_edge: sampler,
            curve: made_module(device, taps, Module::Curve),
            table: OnceCell::new(),
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
            Module::Table => self.table.get_or_init(|| made_module(device, self.taps, module)),
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
                binding: shader.texture().0,
                resource: wgpu::BindingResource::TextureView(texture),
            },
        ];
        entries.extend(self.clamp_to_edge.as_ref().map(|sampler| wgpu::BindGroupEntry {
            binding: 3,
            resource: wgpu::BindingResource::Sampler(sampler),
        }));
        let module = table.map_or(Module::Curve, |_| Module::Table);
        entries.extend(table.map(|table| wgpu::BindGroupEntry {
            binding: 4,
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
                targets: &[Some(format.into())],
            }),
            multiview_mask: None,
            cache: None,
        })
    }

    /// Layouts of equal entries are interchangeable, so they are made where needed.
    fn layout(&self, device: &wgpu::Device, module: Module, shader: Shader) -> wgpu::BindGroupLayout {
        let (binding, sample_type) = shader.texture();
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
        let mut entries = vec![entry(0, uniform), entry(binding, texture(sample_type))];
        if module == Module::Table {
            entries.push(entry(4, texture(wgpu::TextureSampleType::Uint)));
        }
        if self.clamp_to_edge.is_some() {
            let kind = wgpu::SamplerBindingType::NonFiltering;
            entries.push(entry(3, wgpu::BindingType::Sampler(kind)));
        }
        device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("slice"),
            entries: &entries,
        })
    }
}

fn made_module(device: &wgpu::Device, taps: Taps, module: Module) -> wgpu::ShaderModule {
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("slice"),
        source: wgpu::ShaderSource::Wgsl(taps.wgsl(module).into()),
    })
}
