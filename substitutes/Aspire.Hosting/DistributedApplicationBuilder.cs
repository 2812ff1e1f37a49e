using System.Diagnostics;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting;

/// <inheritdoc/>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>Tells tests when a builder is made and when it builds, so that they can step in.</summary>
    internal static readonly DiagnosticListener Diagnostics = new("Aspire.Hosting");

    private readonly HostApplicationBuilder _host;

    /// <param name="args">Command line arguments, read as configuration.</param>
    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args }) { }

    /// <param name="options">How the application is built.</param>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
        : this(options, new HostApplicationBuilderSettings { Args = options.Args }) { }

    internal DistributedApplicationBuilder(
        DistributedApplicationOptions options,
        HostApplicationBuilderSettings settings
    )
    {
        Diagnostics.Write("Constructing", (options, settings));
        AppHostAssembly = options.AssemblyName is { } name
            ? Assembly.Load(new AssemblyName(name))
            : Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory ?? Folder(AppHostAssembly) ?? Directory.GetCurrentDirectory();
        if (Directory.Exists(AppHostDirectory))
            settings.ContentRootPath ??= AppHostDirectory;
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        _host = new HostApplicationBuilder(settings);
        ExecutionContext = new(ManifestPublisher.Asked(Configuration));
        DashboardDisabled = options.DisableDashboard;
        AddServices(options);
        Diagnostics.Write("Constructed", this);
    }

    /// <inheritdoc/>
    public ConfigurationManager Configuration => _host.Configuration;

    /// <inheritdoc/>
    public string AppHostDirectory { get; }

    /// <inheritdoc/>
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc/>
    public IHostEnvironment Environment => _host.Environment;

    /// <inheritdoc/>
    public IServiceCollection Services => _host.Services;

    /// <inheritdoc/>
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <inheritdoc/>
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    /// <inheritdoc/>
    public IResourceCollection Resources { get; } = new ResourceCollection();

    internal bool DashboardDisabled { get; }

    /// <inheritdoc/>
    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    /// <inheritdoc/>
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    /// <inheritdoc/>
    public DistributedApplication Build()
    {
        Diagnostics.Write("Building", this);
        ResourceIdentity.Assign(Resources);
        // Last, so that everything else runs before the first resource starts and until the last has stopped.
        Services.AddHostedService(services => services.GetRequiredService<ApplicationOrchestrator>());
        var application = new DistributedApplication(_host.Build());
        ExecutionContext.ServiceProvider = application.Services;
        Diagnostics.Write("Built", application);
        return application;
    }

    private static string? Folder(Assembly? appHost) =>
        appHost
            ?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => string.Equals(a.Key, "AppHostProjectPath", StringComparison.OrdinalIgnoreCase))
            ?.Value;

    private void AddServices(DistributedApplicationOptions options)
    {
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton(_ => new ResourceLoggerService());
        Services.AddSingleton(services => new ResourceNotificationService(
            services.GetRequiredService<ResourceLoggerService>(),
            services.GetRequiredService<IOptions<ResourceNotificationServiceOptions>>()
        ));
        Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<ResourceNotificationService>(),
            services.GetRequiredService<ResourceLoggerService>(),
            services
        ));
        Services.AddSingleton(
            new ContainerEngine(Configuration["ASPIRE_CONTAINER_RUNTIME"] ?? "docker", AppHostDirectory)
        );
        Services.AddSingleton<ManifestPublisher>();
        Services.AddSingleton<ApplicationOrchestrator>();
        Services.AddSingleton(TimeProvider.System);
        Services.AddHostedService<HealthMonitor>();
        Services.AddHostedService<Shutdown>();
        Services.AddHealthChecks();

        // Without a dashboard nobody would start again what a wait is for.
        Services.Configure<ResourceNotificationServiceOptions>(o =>
            o.DefaultWaitBehavior = WaitBehavior.StopOnResourceUnavailable
        );
        Services.Configure<RunOptions>(o =>
        {
            o.PrintResourceLogs = !options.EnableResourceLogging;
            o.ForwardResourceLogs = options.EnableResourceLogging;
        });
        Services.AddOptions<RunOptions>().BindConfiguration(RunOptions.Section);
        // A chain of resources, each of which may need the whole of its time.
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMinutes(2));
        AddLogging();
    }

    private void AddLogging() =>
        _host
            .Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.IncludeScopes = false;
            })
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning)
            // It reports each failure; the resource's state says the same once.
            .AddFilter(typeof(HealthCheckService).Namespace, LogLevel.None);
}
