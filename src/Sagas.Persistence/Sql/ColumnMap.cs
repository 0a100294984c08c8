using System.Data.Common;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sagas.Persistence.Sql;

/// <summary>
/// One column of a table: how its value is taken from an entity, written as a parameter, and read back.
/// </summary>
internal sealed class ColumnMap
{
    private readonly Func<object, object?> _get;
    private readonly Action<object, object?> _set;

    public ColumnMap(IProperty property, string name, string sqlName)
    {
        Property = property;
        Name = name;
        SqlName = sqlName;
        TypeMapping = property.GetRelationalTypeMapping();
        ProviderType = Nullable.GetUnderlyingType(ProviderClrType) ?? ProviderClrType;
        if (property.PropertyInfo is { } info)
        {
            _get = CompileGetter(info);
            _set = CompileSetter(info);
        }
        else
        {
            // What EF itself writes when nobody has given the entity a value.
            var value = property.ClrType.IsValueType ? RuntimeHelpers.GetUninitializedObject(property.ClrType) : null;
            _get = _ => value;
            _set = (_, _) => { };
        }
    }

    public IProperty Property { get; }

    public string Name { get; }

    /// <summary>The name as it stands in a statement: quoted.</summary>
    public string SqlName { get; }

    public RelationalTypeMapping TypeMapping { get; }

    /// <summary>The type that the driver is given, never nullable.</summary>
    public Type ProviderType { get; }

    public bool IsGenerated => Property.ValueGenerated == ValueGenerated.OnAdd && Property.IsPrimaryKey()
        && Property.ClrType == typeof(long);

    public bool IsWrittenOnce => Property.GetAfterSaveBehavior() != PropertySaveBehavior.Save;

    private Type ProviderClrType => TypeMapping.Converter?.ProviderClrType ?? TypeMapping.ClrType;

    public object? GetValue(object entity)
    {
        return _get(entity);
    }

    /// <summary>The value of a concurrency token, which is a number.</summary>
    public long GetVersion(object entity)
    {
        return Convert.ToInt64(_get(entity), CultureInfo.InvariantCulture);
    }

    public void SetVersion(object entity, long version)
    {
        _set(entity, Convert.ChangeType(version, Property.ClrType, CultureInfo.InvariantCulture));
    }

    /// <summary>The value as the driver is given it, or <see langword="null"/>.</summary>
    public object? GetProviderValue(object entity)
    {
        var value = _get(entity);
        if (value is null || TypeMapping.Converter is null)
        {
            return value;
        }

        return TypeMapping.Converter.ConvertToProvider(value);
    }

    public DbParameter CreateParameter(DbCommand factory, string name, object entity)
    {
        return TypeMapping.CreateParameter(factory, name, _get(entity), Property.IsNullable);
    }

    /// <summary>
    /// The expression that assigns the column, at a position of a reader's row, to an entity's property.
    /// </summary>
    public Expression ReadInto(Expression entity, ParameterExpression reader, int ordinal)
    {
        var position = Expression.Constant(ordinal);
        var method = TypeMapping.GetDataReaderMethod();
        var source = method.DeclaringType!.IsAssignableFrom(reader.Type)
            ? (Expression)reader
            : Expression.Convert(reader, method.DeclaringType);
        var value = TypeMapping.CustomizeDataReaderExpression(Expression.Call(source, method, position));
        if (TypeMapping.Converter is { } converter)
        {
            value = Expression.Invoke(
                converter.ConvertFromProviderExpression,
                value.Type == converter.ProviderClrType ? value : Expression.Convert(value, converter.ProviderClrType));
        }

        var property = Expression.Property(entity, Property.PropertyInfo!);
        if (value.Type != property.Type)
        {
            value = Expression.Convert(value, property.Type);
        }

        if (Property.IsNullable)
        {
            value = Expression.Condition(
                Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, position),
                Expression.Default(property.Type),
                value);
        }

        return Expression.Assign(property, value);
    }

    private static Func<object, object?> CompileGetter(PropertyInfo property)
    {
        var entity = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(entity, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), entity).Compile();
    }

    private static Action<object, object?> CompileSetter(PropertyInfo property)
    {
        var entity = Expression.Parameter(typeof(object));
        var value = Expression.Parameter(typeof(object));
        var target = Expression.Property(Expression.Convert(entity, property.DeclaringType!), property);
        return Expression.Lambda<Action<object, object?>>(
            Expression.Assign(target, Expression.Convert(value, property.PropertyType)), entity, value).Compile();
    }
}
