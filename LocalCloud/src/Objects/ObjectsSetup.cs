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
        builder.Services.AddSingleton<BucketDefaults>();
        builder.Services.AddSingleton<S3Endpoint>();
    }

    public static void MapObjects(this WebApplication app)
    {
        // Open the store now, so that a damaged folder is reported at start and not by the first request.
        app.Services.GetRequiredService<ObjectStore>();
        app.Services.GetRequiredService<ObjectsMetrics>();
        var endpoint = app.Services.GetRequiredService<S3Endpoint>();
        // Not a route, because routing uses the decoded path, in which some keys look like paths of other endpoints.
        app.Use((context, next) => S3Endpoint.Handles(context) ? endpoint.HandleAsync(context) : next(context));
    }
}
