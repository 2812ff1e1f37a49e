using Pos.LocalCloud.Delivery;
using Pos.LocalCloud.Objects;
using Pos.LocalCloud.Protocol;
using Pos.LocalCloud.Streams;
using Pos.ServiceDefaults;

namespace Pos.LocalCloud;

/// <summary>Puts the parts together: one process, one port, one data folder.</summary>
internal static class LocalCloudHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddOptions<LocalCloudOptions>().BindConfiguration(LocalCloudOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddStreams();
        builder.AddObjects();
        builder.AddDelivery();

        var app = builder.Build();
        app.MapHealthChecks("/_health"); // no bucket's name begins with an underscore
        app.MapAwsJson();
        app.MapObjects();
        return app;
    }
}
