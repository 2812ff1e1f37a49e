using LocalCloud.Delivery;
using LocalCloud.Faults;
using LocalCloud.Objects;
using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;
using LocalCloud.Streams;
using LocalCloud.Tables;
using LocalCloud.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LocalCloud;

/// <summary>Builds the server: one process, one port, one data folder.</summary>
internal static partial class LocalCloudHost
{
    /// <summary>Builds the web application without starting it.</summary>
    /// <param name="args">Configuration as <c>--Key=value</c>.</param>
    /// <param name="configure">Runs before the default services are added and can replace them.</param>
    /// <exception cref="StartRefusedException">A configured address is not a loopback address, or another LocalCloud
    /// uses the data folder.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddTelemetry();
        builder.Services.AddHealthChecks();
        builder.Services.AddProblemDetails();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.UseLoopbackKestrel();
        configure?.Invoke(builder);
        builder
            .Services.AddOptions<LocalCloudOptions>()
            .BindConfiguration(LocalCloudOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DataFolder>();
        builder.Services.AddSingleton<RequestBodies>();
        builder.Services.AddSingleton<ResponseCapacity>();
        builder.Services.AddSingleton<CallMetrics>();
        builder.Services.AddSingleton<SignatureVerifier>();
        builder.Services.AddSingleton<FaultInjection>();
        builder.AddStreams();
        builder.AddObjects();
        builder.AddDelivery();
        builder.AddTables();

        var app = builder.Build();
        app.Services.GetRequiredService<DataFolder>(); // Locks the folder before any service opens its files.
        app.MapHealthChecks("/_health"); // Bucket names cannot start with an underscore.
        app.MapFaults();
        app.MapStreams();
        app.MapDelivery();
        app.MapAwsJson();
        app.MapObjects();
        app.Lifetime.ApplicationStarted.Register(() => LogStart(app));
        return app;
    }

    private static void LogStart(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LocalCloud");
        var (urls, folder) = (string.Join(", ", app.Urls), app.Services.GetRequiredService<DataFolder>().FullPath);
        if (app.Services.GetRequiredService<SignatureVerifier>().IsRequired)
            LogStarted(logger, urls, folder);
        else
            LogStartedOpen(logger, urls, folder);
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Serving Kinesis, S3, Firehose and DynamoDB on {Urls} with data in {Folder}; "
            + "requests must be signed with the configured access key"
    )]
    private static partial void LogStarted(ILogger logger, string urls, string folder);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Serving Kinesis, S3, Firehose and DynamoDB on {Urls} with data in {Folder}; credentials are not checked "
            + "(set LocalCloud:AccessKeyId and LocalCloud:SecretAccessKey to require signed requests)"
    )]
    private static partial void LogStartedOpen(ILogger logger, string urls, string folder);
}
