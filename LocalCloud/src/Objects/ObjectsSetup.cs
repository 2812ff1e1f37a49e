using LocalCloud.Objects.Storage;

namespace LocalCloud.Objects;

internal static class ObjectsSetup
{
    public static void AddObjects(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new ObjectStore(
            Path.Combine(services.GetRequiredService<DataFolder>().FullPath, "objects"),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<ObjectStore>>()
        ));
        builder.Services.AddSingleton(services => new MultipartUploads(
            services.GetRequiredService<ObjectStore>(),
            services.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddSingleton<ObjectsMetrics>();
        builder.Services.AddSingleton<BucketOperations>();
        builder.Services.AddSingleton<ListOperations>();
        builder.Services.AddSingleton<ReadOperations>();
        builder.Services.AddSingleton<WriteOperations>();
        builder.Services.AddSingleton<CopyOperations>();
        builder.Services.AddSingleton<MultipartOperations>();
        builder.Services.AddSingleton<PlainBucket>();
        builder.Services.AddSingleton<S3Endpoint>();
    }

    public static void MapObjects(this WebApplication app)
    {
        // a damaged folder is told at the start, not by the first request
        app.Services.GetRequiredService<ObjectStore>();
        app.Services.GetRequiredService<ObjectsMetrics>();
        var endpoint = app.Services.GetRequiredService<S3Endpoint>();
        // Not a route: routing sees the decoded path, in which some keys look like other parts' paths.
        app.Use((context, next) => S3Endpoint.Takes(context) ? endpoint.AnswerAsync(context) : next(context));
    }
}
