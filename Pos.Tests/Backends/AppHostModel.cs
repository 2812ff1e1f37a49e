using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Pos.AppHost;

namespace Pos.Tests.Backends;

/// <summary>Describes the resources of the AppHost without starting it.</summary>
internal sealed class AppHostModel : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;

    private AppHostModel(IDistributedApplicationTestingBuilder builder) => _builder = builder;

    public IResourceCollection Resources => _builder.Resources;

    /// <param name="dataFolder">Is not deleted.</param>
    /// <param name="settings">Settings such as <c>--Key=value</c>.</param>
    public static async Task<AppHostModel> DescribeAsync(string dataFolder, params string[] settings) =>
        new(
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.Pos_AppHost>([
                $"--Pos:DataFolder={dataFolder}",
                .. settings,
            ])
        );

    public IResource Find(string name) => Resources.Single(resource => resource.Name == name);

    /// <summary>Returns the environment variables of a resource: texts, and values that are known later.</summary>
    public static async Task<IReadOnlyDictionary<string, object>> EnvironmentAsync(IResource resource)
    {
        var context = new EnvironmentCallbackContext(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run),
            resource
        );
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        return context.EnvironmentVariables;
    }

    public async ValueTask DisposeAsync()
    {
        var data = _builder
            .Services.Single(service => service.ServiceType == typeof(DataFolder))
            .ImplementationFactory!;
        await _builder.DisposeAsync();
        // Normally the application disposes of it.
        ((DataFolder)data(null!)).Dispose();
    }
}
