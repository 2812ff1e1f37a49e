using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Pos.AppHost;

namespace Pos.Tests.Backends;

/// <summary>What the AppHost describes. It is not built, as it would start then.</summary>
internal sealed class AppHostModel : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;

    private AppHostModel(IDistributedApplicationTestingBuilder builder) => _builder = builder;

    public IResourceCollection Resources => _builder.Resources;

    /// <param name="dataFolder">Stays.</param>
    /// <param name="settings">As <c>--Key=value</c>.</param>
    public static async Task<AppHostModel> DescribeAsync(string dataFolder, params string[] settings) =>
        new(
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.Pos_AppHost>([
                $"--Pos:DataFolder={dataFolder}",
                .. settings,
            ])
        );

    public IResource Find(string name) => Resources.Single(resource => resource.Name == name);

    /// <summary>What a resource is told in its environment: texts, and what is known later.</summary>
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
        // The application would give it up.
        ((DataFolder)data(null!)).Dispose();
    }
}
