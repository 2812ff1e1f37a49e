using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FluentUI.AspNetCore.Components;

namespace Pos.Tests.Ui;

/// <summary>
/// Components as an interactive page renders them, without a browser: what they ask of its scripts answers nothing.
/// </summary>
public abstract class UiTest : BunitContext
{
    // A second, as bUnit has it, is little on a machine that has much to do.
    static UiTest() => DefaultWaitTimeout = TimeSpan.FromSeconds(60);

    protected UiTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddFluentUIComponents();
    }

    public override IRenderedComponent<TComponent> Render<TComponent>(
        Action<ComponentParameterCollectionBuilder<TComponent>>? parameterBuilder = null
    )
    {
        // Not before: it takes the renderer from the services, to which a test adds its own.
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        return base.Render(parameterBuilder);
    }
}
