using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[assembly: AssemblyFixture(typeof(Pos.Tests.EndToEnd.RunningSystem))]

namespace Pos.Tests.EndToEnd;

/// <summary>The AppHost with all its processes, started once, by the first test that asks for it, on a data folder and ports of its own.</summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("pos data ").FullName;
    private readonly string[] _settings;
    private readonly Lazy<Task<DistributedApplication>> _application;

    public RunningSystem() : this([])
    {
    }

    /// <param name="settings">Of the AppHost, as <c>--Key=value</c>.</param>
    internal RunningSystem(string[] settings)
    {
        _settings = settings;
        _application = new(StartAsync);
    }

    public Task<DistributedApplication> ApplicationAsync() => _application.Value;

    public async Task<Uri> UrlAsync(string resource) => (await _application.Value).GetEndpoint(resource);

    internal Amazon.Runtime.AWSCredentials Credentials => Stores.CredentialsIn(_folder);

    internal async Task<Stores> StoresAsync()
    {
        var application = await _application.Value;
        return new Stores(_folder, application.GetEndpoint("localcloud"), application.GetEndpoint("dynalite"), (await application.GetConnectionStringAsync("warehouse"))!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_application.IsValueCreated)
        {
            var application = await _application.Value;
            await application.StopAsync();
            await application.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<DistributedApplication> StartAsync()
    {
        using var limit = new CancellationTokenSource(s_start);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Pos_AppHost>([$"--Pos:DataFolder={_folder}", .. _settings], limit.Token);
        var application = await builder.BuildAsync(limit.Token);
        await application.StartAsync(limit.Token);
        if (application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Any(resource => resource.Name == "sample"))
        {
            // The AppHost's own order is what is tested: the sample is through when all else is up.
            await application.ResourceNotifications.WaitForResourceAsync("sample", KnownResourceStates.TerminalStates, limit.Token);
            return application;
        }
        foreach (var service in (string[])["ingest", "processor", "lookup"])
            await application.ResourceNotifications.WaitForResourceHealthyAsync(service, limit.Token);
        return application;
    }
}
