using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>
    /// Tells a resource how to connect to another: <c>ConnectionStrings__name</c>, and each connection property as
    /// <c>NAME_PROPERTY</c>.
    /// </summary>
    /// <param name="builder">The resource.</param>
    /// <param name="source">The other one.</param>
    /// <param name="connectionName">The name to use instead of the other's.</param>
    /// <param name="optional">Whether it may start without.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false
    )
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        Referenced.By(builder, resource);
        return builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] =
                new ConnectionStringReference(resource, optional);
            foreach (var (property, value) in resource.GetConnectionProperties())
                context.EnvironmentVariables[$"{VariableName(name)}_{VariableName(property)}"] = value;
        });
    }

    /// <summary>
    /// Tells a resource where another listens: <c>services__name__endpoint__0</c> and <c>NAME_ENDPOINT</c>.
    /// </summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> source
    )
        where TDestination : IResourceWithEnvironment => builder.WithReference(source, source.Resource.Name);

    /// <inheritdoc cref="WithReference{TDestination}(IResourceBuilder{TDestination}, IResourceBuilder{IResourceWithServiceDiscovery})"/>
    /// <param name="builder">The resource.</param>
    /// <param name="source">The other one.</param>
    /// <param name="name">The name to use instead of the other's.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> source,
        string name
    )
        where TDestination : IResourceWithEnvironment
    {
        Referenced.By(builder, source.Resource);
        return builder.WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.GetEndpoints())
                AddService(context, name, endpoint);
        });
    }

    /// <summary>Tells a resource where an endpoint listens.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        EndpointReference endpointReference
    )
        where TDestination : IResourceWithEnvironment
    {
        Referenced.By(builder, endpointReference);
        return builder.WithEnvironment(context =>
            AddService(context, endpointReference.Resource.Name, endpointReference)
        );
    }

    /// <summary>
    /// Tells a resource where something outside of the application listens: <c>services__name__default__0</c> and
    /// <c>name</c>.
    /// </summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        string name,
        Uri uri
    )
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/")
            throw new InvalidOperationException(
                $"The uri of service '{name}' must be absolute and have no path but \"/\"."
            );
        return builder
            .WithEnvironment($"services__{name}__default__0", uri.ToString())
            .WithEnvironment(name, uri.ToString());
    }

    private static void AddService(EnvironmentCallbackContext context, string name, EndpointReference endpoint)
    {
        context.EnvironmentVariables[$"services__{name}__{endpoint.EndpointName}__0"] = endpoint;
        context.EnvironmentVariables[$"{VariableName(name)}_{VariableName(endpoint.EndpointName)}"] = endpoint;
    }

    private static string VariableName(string name) =>
        new([
            .. (char.IsAsciiDigit(name[0]) ? "_" + name : name).Select(c =>
                char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'
            ),
        ]);
}
