using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FluentUI.AspNetCore.Components;

namespace Pos.Tests.Ui;

/// <summary>Components as an interactive page renders them, without a browser: what they ask of its scripts answers nothing.</summary>
public abstract class UiTest : BunitContext
{
    protected UiTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddFluentUIComponents();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }
}
