using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds values from outside.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter, whose value is configuration's <c>Parameters:name</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        string name,
        bool secret = false
    ) => builder.AddParameterFromConfiguration(name, $"Parameters:{name}", secret);

    /// <summary>Adds a parameter, whose value is configuration's <c>Parameters:name</c>, else the one given.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        string name,
        string value,
        bool publishValueAsDefault = false,
        bool secret = false
    ) => builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <inheritdoc cref="AddParameter(IDistributedApplicationBuilder, string, string, bool, bool)"/>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        string name,
        Func<string> valueGetter,
        bool publishValueAsDefault = false,
        bool secret = false
    ) =>
        Add(
            builder,
            new ParameterResource(name, _ => builder.Configuration[$"Parameters:{name}"] ?? valueGetter(), secret)
        );

    /// <summary>Adds a parameter, whose value is at a key of configuration.</summary>
    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder,
        string name,
        string configurationKey,
        bool secret = false
    ) =>
        Add(
            builder,
            new ParameterResource(
                name,
                @default => Configured(builder, "Parameter", name, configurationKey, @default),
                secret
            )
        );

    /// <summary>Adds a connection string, which is configuration's <c>ConnectionStrings:name</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        string name,
        string? environmentVariableName = null
    )
    {
        var resource = new ConnectionStringParameterResource(
            name,
            @default => Configured(builder, "Connection string parameter", name, $"ConnectionStrings:{name}", @default),
            environmentVariableName
        );
        return Add(builder, resource);
    }

    private static string Configured(
        IDistributedApplicationBuilder builder,
        string what,
        string name,
        string key,
        ParameterDefault? @default
    ) =>
        builder.Configuration[key]
        ?? @default?.GetDefaultValue()
        ?? throw new DistributedApplicationException(
            $"{what} resource could not be used because configuration key '{key}' is missing and the {what} '{name}' has no default value."
        );

    private static IResourceBuilder<T> Add<T>(IDistributedApplicationBuilder builder, T parameter)
        where T : ParameterResource =>
        builder
            .AddResource(parameter)
            .OnInitializeResource(
                async (resource, e, ct) =>
                {
                    var missing = false;
                    try
                    {
                        _ = resource.ResolvedValue;
                    }
                    catch (DistributedApplicationException)
                    {
                        // Whoever needs the value says so when it starts.
                        missing = true;
                    }

                    if (!missing && resource is IResourceWithConnectionString)
                        await e
                            .Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, e.Services), ct)
                            .ConfigureAwait(false);
                    await e
                        .Notifications.PublishUpdateAsync(resource, s =>
                            s with
                            {
                                State = missing
                                    ? new ResourceStateSnapshot(
                                        KnownResourceStates.ValueMissing,
                                        KnownResourceStateStyles.Error
                                    )
                                    : KnownResourceStates.Running,
                            }
                        )
                        .ConfigureAwait(false);
                }
            );
}
