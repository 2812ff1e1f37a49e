using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Lookup.Sales;

internal static class UnknownParameters
{
    /// <summary>
    /// Returns 400 for unknown and for repeated parameters. A misspelled filter would return figures of other sales.
    /// </summary>
    public static RouteGroupBuilder RejectUnknownParameters(this RouteGroupBuilder group) =>
        group.AddEndpointFilterFactory(
            (endpoint, next) =>
            {
                var known = endpoint
                    .MethodInfo.GetParameters()
                    .SelectMany(parameter =>
                        parameter.IsDefined(typeof(AsParametersAttribute))
                            ? parameter.ParameterType.GetProperties()
                            : (IEnumerable<ICustomAttributeProvider>)[parameter]
                    )
                    .SelectMany(source => source.GetCustomAttributes(typeof(FromQueryAttribute), inherit: false))
                    .Select(attribute => ((FromQueryAttribute)attribute).Name!)
                    .ToArray();
                return context =>
                {
                    foreach (var (name, values) in context.HttpContext.Request.Query)
                    {
                        if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                            return Result(
                                SalesParameters.BadRequest(
                                    name,
                                    known.Length == 0
                                        ? "is unknown; this endpoint has no parameters"
                                        : $"is unknown; allowed are {string.Join(", ", known)}"
                                )
                            );
                        if (values.Count > 1)
                            return Result(SalesParameters.BadRequest(name, "occurs more than once"));
                    }
                    return next(context);
                };

                static ValueTask<object?> Result(object rejection) => ValueTask.FromResult<object?>(rejection);
            }
        );
}
