using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Lookup.Sales;

internal static class UnknownParameters
{
    /// <summary>
    /// Answers 400 to a parameter that the endpoint does not have, or that is given twice: a typo in a filter would
    /// give figures of something else.
    /// </summary>
    public static RouteGroupBuilder RefuseUnknownParameters(this RouteGroupBuilder group) =>
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
                            return Answer(
                                SalesParameters.Refused(
                                    name,
                                    known.Length == 0
                                        ? "is not known; there is none here"
                                        : $"is not known; there are {string.Join(", ", known)}"
                                )
                            );
                        if (values.Count > 1)
                            return Answer(SalesParameters.Refused(name, "is given more than once"));
                    }
                    return next(context);
                };

                static ValueTask<object?> Answer(object refusal) => ValueTask.FromResult<object?>(refusal);
            }
        );
}
