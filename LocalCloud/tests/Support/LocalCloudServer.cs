using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LocalCloud.Tests.Support;

/// <summary>LocalCloud in the test's process, on a free port.</summary>
internal sealed class LocalCloudServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private LocalCloudServer(WebApplication app, string dataFolder, bool ownsFolder)
    {
        _app = app;
        _ownsFolder = ownsFolder;
        DataFolder = dataFolder;
        Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public string Url { get; }
    public string DataFolder { get; }
    public IServiceProvider Services => _app.Services;

    /// <inheritdoc cref="StartAsync(string, Action{WebApplicationBuilder}, string[])"/>
    public static Task<LocalCloudServer> StartAsync(string? dataFolder = null, params string[] settings) =>
        StartAsync(dataFolder, null, settings);

    /// <summary>Starts a server.</summary>
    /// <param name="dataFolder">The data folder, which remains; null for a temporary folder.</param>
    /// <param name="configure">Replaces services, such as the clock or log files.</param>
    /// <param name="settings">More configuration, as <c>--Key=value</c>.</param>
    public static async Task<LocalCloudServer> StartAsync(
        string? dataFolder,
        Action<WebApplicationBuilder>? configure,
        params string[] settings
    )
    {
        var folder = dataFolder ?? Directory.CreateTempSubdirectory("pos localcloud ").FullName;
        var app = LocalCloudHost.Build(
            [
                "--urls=http://127.0.0.1:0",
                $"--LocalCloud:DataFolder={folder}",
                "--Logging:LogLevel:Default=Warning",
                .. settings,
            ],
            configure
        );
        await app.StartAsync();
        return new LocalCloudServer(app, folder, dataFolder is null);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(DataFolder, recursive: true);
    }
}
