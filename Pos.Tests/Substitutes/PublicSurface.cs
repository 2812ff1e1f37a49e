using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Pos.Tests.Substitutes;

/// <summary>
/// Describes the public types and members of an assembly in C#, one per line: <c>class
/// Amazon.Kinesis.AmazonKinesisConfig : ClientConfig</c>, then <c> string ServiceVersion { get; }</c>. Leaves out
/// overrides and members that the compiler generates for records.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Describe(Assembly assembly) =>
        assembly
            .GetExportedTypes()
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => Members(type).Prepend(Header(type)));

    private static string Header(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            _ => (type.IsAbstract ? "abstract " : "")
                + (type.GetMethod("<Clone>$", Declared) is null ? "class" : "record"),
        };
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var direct = type.GetInterfaces().Except(inherited).ToArray();
        var above = direct
            .Except(direct.SelectMany(each => each.GetInterfaces()))
            .Where(each =>
                each.IsVisible && !(each.IsGenericType && each.GetGenericTypeDefinition() == typeof(IEquatable<>))
            )
            .Select(Name)
            .Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            above = above.Prepend(Name(parent)).Order(StringComparer.Ordinal);
        var bases = type.IsEnum || kind is "delegate" || !above.Any() ? "" : $" : {string.Join(", ", above)}";
        return $"{kind} {type.Namespace}.{Name(type)}{bases}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetValues(type)
                .Cast<object>()
                .Select(value => $"  {value} = {Convert.ToInt64(value, CultureInfo.InvariantCulture)}");
        if (typeof(Delegate).IsAssignableFrom(type))
            return [$"  {Returned(type.GetMethod("Invoke")!)} ({Parameters(type.GetMethod("Invoke")!)})"];
        return type.GetMembers(Declared)
            .Select(Describe)
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .Select(line => $"  {line}");
    }

    private static string? Describe(MemberInfo member) =>
        member switch
        {
            _ when member.IsDefined(typeof(CompilerGeneratedAttribute)) => null,
            ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) =>
                $"{Access(constructor)}new({Parameters(constructor)})",
            FieldInfo field when field.IsPublic || field.IsFamily => Field(field),
            EventInfo e when IsVisible(e.AddMethod!) => $"event {Name(e.EventHandlerType!)} {e.Name}",
            PropertyInfo property when property.Name is not "EqualityContract" => Property(property),
            MethodInfo { IsSpecialName: false } method when IsVisible(method) && !IsOverride(method) => Method(method),
            MethodInfo { Name: "op_Implicit" } conversion =>
                $"implicit {Name(conversion.ReturnType)}({Parameters(conversion)})",
            _ => null,
        };

    private static string Field(FieldInfo field)
    {
        var modifier =
            field.IsLiteral ? "const "
            : field.IsStatic ? "static "
            : "";
        var value = field.IsLiteral ? $" = {Value(field.GetRawConstantValue())}" : "";
        return $"{modifier}{Name(field.FieldType)} {field.Name}{value}";
    }

    private static string? Property(PropertyInfo property)
    {
        var visible = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        if (visible is [] || visible.All(IsOverride))
            return null;
        var setter = visible.FirstOrDefault(accessor => accessor.ReturnType == typeof(void));
        var init = setter?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) is true;
        var accessors = string.Concat(
            visible.Contains(property.GetMethod) ? " get;" : "",
            setter is null ? "" : $" {Access(setter)}{(init ? "init" : "set")};"
        );
        var name = property.GetIndexParameters() is { Length: > 0 } index
            ? $"this[{string.Join(", ", index.Select(Parameter))}]"
            : property.Name;
        var modifier = visible[0].IsStatic ? "static " : "";
        return $"{Access(visible[0])}{modifier}{Name(property.PropertyType)} {name} {{{accessors} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var constraints = string.Concat(method.GetGenericArguments().Select(Constraint));
        var modifier = method.IsStatic ? "static " : "";
        var signature = $"{method.Name}{generic}({Parameters(method)}){constraints}";
        return $"{Access(method)}{modifier}{Returned(method)} {signature}";
    }

    private static string Constraint(Type parameter)
    {
        List<string> constraints = [];
        if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            constraints.Add("class");
        constraints.AddRange(parameter.GetGenericParameterConstraints().Select(Name).Order(StringComparer.Ordinal));
        if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            constraints.Add("new()");
        return constraints is [] ? "" : $" where {parameter.Name} : {string.Join(", ", constraints)}";
    }

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")
        + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix =
            parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : parameter.ParameterType.IsByRef ? "ref "
            : "";
        var value = parameter.HasDefaultValue ? $" = {Value(parameter.DefaultValue)}" : "";
        return $"{prefix}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Value(object? value) =>
        value switch
        {
            null => "default",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Returned(MethodInfo method) => Name(method.ReturnType);

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (type.IsGenericParameter)
            return type.Name;
        var outer = type.IsNested ? Name(type.DeclaringType!) + "." : "";
        var arguments = type.GetGenericArguments();
        return outer
            + (
                type.FullName switch
                {
                    "System.Void" => "void",
                    "System.String" => "string",
                    "System.Boolean" => "bool",
                    "System.Int32" => "int",
                    "System.Int64" => "long",
                    "System.Double" => "double",
                    "System.Object" => "object",
                    "System.Byte" => "byte",
                    _ => arguments is []
                        ? type.Name
                        : $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments.Select(Name))}>",
                }
            );
    }

    private static string Access(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition() != method;
}
