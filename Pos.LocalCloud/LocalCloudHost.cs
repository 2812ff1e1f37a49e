using Microsoft.Extensions.DependencyInjection.Extensions;
using Pos.LocalCloud.Delivery;
using Pos.LocalCloud.Objects;
using Pos.LocalCloud.Protocol;
using Pos.LocalCloud.Streams;
using Pos.ServiceDefaults;

namespace Pos.LocalCloud;

/// <summary>Puts the parts together: one process, one port, one data folder.</summary>
internal static class LocalCloudHost
{
    /// <param name="args">Configuration as <c>--Key=value</c>.</param>
    /// <param name="configure">Runs before the parts are added; what it registers (a clock, log files) is used in place of theirs.</param>
    /// <exception cref="StartRefusedException">A configured address is not a loopback one, or another LocalCloud works on the data folder.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.UseBoundedKestrel();
        configure?.Invoke(builder);
        builder.Services.AddOptions<LocalCloudOptions>().BindConfiguration(LocalCloudOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DataFolder>();
        builder.Services.AddSingleton<RequestBodies>();
        builder.AddStreams();
        builder.AddObjects();
        builder.AddDelivery();

        var app = builder.Build();
        app.Services.GetRequiredService<DataFolder>(); // locked before any part opens what is in it
        app.MapHealthChecks("/_health"); // no bucket's name begins with an underscore
        app.MapDelivery();
        app.MapAwsJson();
        app.MapObjects();
        return app;
    }
}
