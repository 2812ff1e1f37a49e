using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Makes builders for tests.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs an AppHost's <c>Main</c> as far as <c>Build</c>, and hands out its builder.</summary>
    /// <typeparam name="TEntryPoint">A type of the AppHost's assembly, as <c>Projects.Pos_AppHost</c>.</typeparam>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        CancellationToken cancellationToken = default
    )
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <inheritdoc cref="CreateAsync{TEntryPoint}(CancellationToken)"/>
    /// <param name="args">Configuration, as <c>--Key=value</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args,
        CancellationToken cancellationToken = default
    )
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    /// <inheritdoc cref="CreateAsync{TEntryPoint}(string[], CancellationToken)"/>
    /// <param name="args">Configuration, as <c>--Key=value</c>.</param>
    /// <param name="configureBuilder">Changes options before the builder is made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default
    ) => CreateAsync(typeof(TEntryPoint), args, configureBuilder, cancellationToken);

    /// <inheritdoc cref="CreateAsync{TEntryPoint}(string[], CancellationToken)"/>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint,
        string[] args,
        CancellationToken cancellationToken = default
    ) => CreateAsync(entryPoint, args, (_, _) => { }, cancellationToken);

    /// <inheritdoc cref="CreateAsync{TEntryPoint}(string[], Action{DistributedApplicationOptions, HostApplicationBuilderSettings}, CancellationToken)"/>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(
        Type entryPoint,
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder,
        CancellationToken cancellationToken = default
    )
    {
        var factory = new SuspendingFactory(entryPoint, args, configureBuilder);
        try
        {
            return new EntryPointBuilder(
                factory,
                await factory.ResolveBuilderAsync(cancellationToken).ConfigureAwait(false)
            );
        }
        catch
        {
            await factory.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>An empty builder.</summary>
    /// <param name="args">Configuration, as <c>--Key=value</c>.</param>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, (_, _) => { });

    /// <inheritdoc cref="Create(string[])"/>
    /// <param name="args">Configuration, as <c>--Key=value</c>.</param>
    /// <param name="configureBuilder">Changes options before the builder is made.</param>
    public static IDistributedApplicationTestingBuilder Create(
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder
    )
    {
        var options = new DistributedApplicationOptions();
        var settings = new HostApplicationBuilderSettings();
        TestSettings.Apply(options, settings, args, appHost: null, configureBuilder);
        var builder = new DistributedApplicationBuilder(options, settings);
        builder.Services.AddHttpClient();
        return new PlainBuilder(builder);
    }

    /// <summary>Holds <c>Main</c> at <c>Build</c> until the test builds.</summary>
    private sealed class SuspendingFactory(
        Type entryPoint,
        string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder
    ) : DistributedApplicationFactory(entryPoint, args)
    {
        private readonly TaskCompletionSource _build = new();

        public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
        {
            _build.TrySetResult();
            return ResolveApplicationAsync(cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            _build.TrySetException(new ObjectDisposedException(nameof(DistributedApplicationTestingBuilder)));
            return base.DisposeAsync();
        }

        protected override void OnBuilderCreating(
            DistributedApplicationOptions applicationOptions,
            HostApplicationBuilderSettings hostOptions
        ) => configureBuilder(applicationOptions, hostOptions);

        protected override void OnBuilding(DistributedApplicationBuilder applicationBuilder) =>
            _build.Task.GetAwaiter().GetResult();
    }

    private sealed class EntryPointBuilder(SuspendingFactory factory, DistributedApplicationBuilder builder)
        : ForwardingBuilder(builder)
    {
        public override async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken) =>
            new EntryPointApplication(factory, await factory.BuildAsync(cancellationToken).ConfigureAwait(false));

        public override ValueTask DisposeAsync() => factory.DisposeAsync();
    }

    /// <summary>Starts when <c>Main</c> starts it: what <c>Main</c> does around it happens in tests too.</summary>
    private sealed class EntryPointApplication(SuspendingFactory factory, DistributedApplication application)
        : DistributedApplication(application)
    {
        public override Task StartAsync(CancellationToken cancellationToken = default) =>
            factory.StartAsync(cancellationToken);

        public override Task StopAsync(CancellationToken cancellationToken = default) =>
            application.StopAsync(cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await factory.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class PlainBuilder(DistributedApplicationBuilder builder) : ForwardingBuilder(builder)
    {
        private DistributedApplication? _application;

        public override Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken) =>
            Task.FromResult(_application = Builder.Build());

        public override async ValueTask DisposeAsync()
        {
            if (_application is not null)
                await _application.DisposeAsync().ConfigureAwait(false);
        }
    }

    private abstract class ForwardingBuilder(DistributedApplicationBuilder builder)
        : IDistributedApplicationTestingBuilder
    {
        public ConfigurationManager Configuration => Builder.Configuration;

        public string AppHostDirectory => Builder.AppHostDirectory;

        public Assembly? AppHostAssembly => Builder.AppHostAssembly;

        public IHostEnvironment Environment => Builder.Environment;

        public IServiceCollection Services => Builder.Services;

        public DistributedApplicationExecutionContext ExecutionContext => Builder.ExecutionContext;

        public IDistributedApplicationEventing Eventing => Builder.Eventing;

        public IResourceCollection Resources => Builder.Resources;

        protected DistributedApplicationBuilder Builder => builder;

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource => Builder.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource => Builder.CreateResourceBuilder(resource);

        public DistributedApplication Build() => BuildAsync(CancellationToken.None).GetAwaiter().GetResult();

        public abstract Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);

        public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

        public abstract ValueTask DisposeAsync();
    }
}
