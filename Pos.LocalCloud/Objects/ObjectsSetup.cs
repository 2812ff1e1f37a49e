using Microsoft.Extensions.Options;
using Pos.LocalCloud.Objects.Storage;

namespace Pos.LocalCloud.Objects;

internal static class ObjectsSetup
{
    public static void AddObjects(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new ObjectStore(
            Path.Combine(services.GetRequiredService<IOptions<LocalCloudOptions>>().Value.DataFolder, "objects"),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILogger<ObjectStore>>()));
    }

    public static void MapObjects(this WebApplication app)
    {
        app.Services.GetRequiredService<ObjectStore>(); // a damaged folder is told at the start, not by the first request
    }
}
