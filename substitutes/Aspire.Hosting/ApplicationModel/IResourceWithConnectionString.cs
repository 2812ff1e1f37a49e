using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A resource that others connect to.</summary>
    public interface IResourceWithConnectionString : IResource, IExpressionValue, IValueWithReferences
    {
        /// <summary>How the connection string is made.</summary>
        ReferenceExpression ConnectionStringExpression { get; }

        /// <summary>The variable that carries it, instead of <c>ConnectionStrings__name</c>.</summary>
        string? ConnectionStringEnvironmentVariable => null;

        string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

        IEnumerable<object> IValueWithReferences.References => [ConnectionStringExpression];

        /// <summary>The connection string; waits until its parts are known.</summary>
        ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
            ConnectionStringExpression.GetValueAsync(cancellationToken);

        /// <summary>Its parts by name (Host, Port, …), for clients that want them one by one.</summary>
        IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() => [];

        ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) =>
            GetConnectionStringAsync(cancellationToken);

        ValueTask<string?> IValueProvider.GetValueAsync(
            ValueProviderContext context,
            CancellationToken cancellationToken
        ) => GetConnectionStringAsync(cancellationToken);
    }

    /// <summary>A resource's connection string as an environment value.</summary>
    public class ConnectionStringReference(IResourceWithConnectionString resource, bool optional)
        : IExpressionValue,
            IValueWithReferences
    {
        /// <summary>Whose connection string it is.</summary>
        public IResourceWithConnectionString Resource { get; } = resource;

        /// <summary>Whether the variable may stay away when there is none.</summary>
        public bool Optional { get; } = optional;

        string IManifestExpressionProvider.ValueExpression => Resource.ValueExpression;

        IEnumerable<object> IValueWithReferences.References => [Resource];

        async ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken)
        {
            var value = await Resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false);
            return string.IsNullOrEmpty(value) && !Optional
                ? throw new DistributedApplicationException(
                    $"The connection string for the resource '{Resource.Name}' is not available."
                )
                : value;
        }
    }
}

namespace Aspire.Hosting
{
    /// <summary>A connection string put together from other values.</summary>
    public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
        : Resource(name),
            IResourceWithConnectionString,
            IResourceWithWaitSupport
    {
        /// <inheritdoc/>
        public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;
    }

    /// <summary>A connection string from configuration (<c>ConnectionStrings:name</c>).</summary>
    internal sealed class ConnectionStringParameterResource(
        string name,
        Func<ParameterDefault?, string> callback,
        string? environmentVariableName
    ) : ParameterResource(name, callback, secret: true), IResourceWithConnectionString
    {
        public string? ConnectionStringEnvironmentVariable { get; } = environmentVariableName;

        public ReferenceExpression ConnectionStringExpression =>
            ReferenceExpression.Create($"{(ParameterResource)this}");
    }
}
