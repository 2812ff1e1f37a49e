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

/// <summary>Puts the parts together: one process, one port, one data folder.</summary>
internal static partial class LocalCloudHost
{
    /// <param name="args">Configuration as <c>--Key=value</c>.</param>
    /// <param name="configure">Runs before the parts are added; what it registers (a clock, log files) is used in place
    /// of theirs.</param>
    /// <exception cref="StartRefusedException">A configured address is not a loopback one, or another LocalCloud works
    /// on the data folder.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddTelemetry();
        builder.Services.AddHealthChecks();
        builder.Services.AddProblemDetails();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.UseBoundedKestrel();
        configure?.Invoke(builder);
        builder
            .Services.AddOptions<LocalCloudOptions>()
            .BindConfiguration(LocalCloudOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DataFolder>();
        builder.Services.AddSingleton<RequestBodies>();
        builder.Services.AddSingleton<AnswerRoom>();
        builder.Services.AddSingleton<CallMetrics>();
        builder.Services.AddSingleton<SignatureVerifier>();
        builder.Services.AddSingleton<FaultInjection>();
        builder.AddStreams();
        builder.AddObjects();
        builder.AddDelivery();
        builder.AddTables();

        var app = builder.Build();
        app.Services.GetRequiredService<DataFolder>(); // locked before any part opens what is in it
        app.MapHealthChecks("/_health"); // no bucket's name begins with an underscore
        app.MapFaults();
        app.MapStreams();
        app.MapDelivery();
        app.MapAwsJson();
        app.MapObjects();
        app.Lifetime.ApplicationStarted.Register(() => TellStart(app));
        return app;
    }

    private static void TellStart(WebApplication app)
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
        "Kinesis, S3, Firehose and DynamoDB on {Urls}, data in {Folder}, for the configured access key"
    )]
    private static partial void LogStarted(ILogger logger, string urls, string folder);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Kinesis, S3, Firehose and DynamoDB on {Urls}, data in {Folder}; any credentials are taken, and none (LocalCloud:AccessKeyId and LocalCloud:SecretAccessKey set the ones to ask for)"
    )]
    private static partial void LogStartedOpen(ILogger logger, string urls, string folder);
}
