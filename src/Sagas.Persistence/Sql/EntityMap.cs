using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sagas.Persistence.Sql;

/// <summary>
/// A table as EF's model describes it, with the statements that read and write its rows without change tracking. Only
/// for entities that are one flat row, which may be written before or after any other; <see cref="TryCreate"/> says which
/// are.
/// </summary>
/// <remarks>
/// The outbox, the inbox and the barrier are flat whatever an application adds to all of its entities: a query filter, which
/// their statements do without, or columns that they leave to the database or write as EF would.
/// </remarks>
internal sealed class EntityMap
{
    private readonly Func<DbDataReader, object> _read;

    private EntityMap(
        IEntityType type, string table, IReadOnlyList<ColumnMap> columns, IReadOnlyList<ColumnMap> added, bool isWhole)
    {
        EntityType = type;
        Table = table;
        Columns = columns;
        Key = [.. type.FindPrimaryKey()!.Properties.Select(key => columns.First(column => column.Property == key))];
        Version = columns.FirstOrDefault(column => column.Property.IsConcurrencyToken);
        Generated = columns.FirstOrDefault(column => column.IsGenerated);
        HasClientKeys = columns.Any(column => IsClientKey(column.Property));
        IsWhole = isWhole;
        Inserted = [.. columns.Where(column => !column.IsGenerated), .. added];
        Updated = [.. columns.Where(column => !column.IsWrittenOnce && !Key.Contains(column))];
        UpdatedAndKey = [.. Updated, .. Key];
        ColumnList = string.Join(", ", columns.Select(column => column.SqlName));
        InsertInto = $"INSERT INTO {table} ({string.Join(", ", Inserted.Select(column => column.SqlName))})";
        InsertRow = $"{InsertInto} VALUES ({string.Join(", ", Inserted.Select((_, i) => $"${i + 1}"))})";
        Returning = Generated is null ? "" : $" RETURNING {Generated.SqlName}";
        UpdateRow = Update(Updated);
        DeleteRow = $"DELETE FROM {table} WHERE {KeyCondition(1)}";
        _read = CompileReader(type.ClrType, columns);
    }

    public IEntityType EntityType { get; }

    /// <summary>The table's name as it stands in a statement: quoted, with its schema.</summary>
    public string Table { get; }

    public IReadOnlyList<ColumnMap> Columns { get; }

    public IReadOnlyList<ColumnMap> Key { get; }

    /// <summary>The concurrency token, if the entity has one.</summary>
    public ColumnMap? Version { get; }

    /// <summary>The key that the database assigns, if it does.</summary>
    public ColumnMap? Generated { get; }

    /// <summary>Whether EF makes up a key when it is given a row, which then is a row of its own to insert.</summary>
    public bool HasClientKeys { get; }

    /// <summary>Whether the statements write every property; the database has the others.</summary>
    public bool IsWhole { get; }

    public IReadOnlyList<ColumnMap> Inserted { get; }

    public IReadOnlyList<ColumnMap> Updated { get; }

    /// <summary>The columns of an update's parameters, in their order.</summary>
    public IReadOnlyList<ColumnMap> UpdatedAndKey { get; }

    public string ColumnList { get; }

    public string InsertInto { get; }

    public string InsertRow { get; }

    public string Returning { get; }

    /// <summary><see cref="Update"/> of everything.</summary>
    public string UpdateRow { get; }

    public string DeleteRow { get; }

    public string SelectByKey => $"SELECT {ColumnList} FROM {Table} WHERE {KeyCondition(1)}";

    /// <summary>The map of an entity, or <see langword="null"/> when the entity is more than one flat row.</summary>
    public static EntityMap? TryCreate(IEntityType type, ISqlGenerationHelper names)
    {
        var isOwn = OwnTables.Have(type);
        if (type.GetTableName() is not { } tableName || !(isOwn ? OwnTables.IsRow(type) : IsFlat(type)))
        {
            return null;
        }

        var table = StoreObjectIdentifier.Table(tableName, type.GetSchema());
        var columns = new List<ColumnMap>();
        var added = new List<ColumnMap>();
        var isWhole = true;
        foreach (var property in type.GetProperties())
        {
            if (isOwn && property.IsShadowProperty())
            {
                isWhole = false;
                if (!OwnTables.IsLeftToTheDatabase(property) && property.GetColumnName(table) is { } name)
                {
                    added.Add(new ColumnMap(property, name, names.DelimitIdentifier(name)));
                }

                continue;
            }

            if (property.GetColumnName(table) is not { } column || !IsPlain(property))
            {
                return null;
            }

            columns.Add(new ColumnMap(property, column, names.DelimitIdentifier(column)));
        }

        return new EntityMap(type, names.DelimitIdentifier(tableName, type.GetSchema()), columns, added, isWhole);
    }

    public object Read(DbDataReader reader)
    {
        return _read(reader);
    }

    /// <summary>Updates some columns by key; the key's parameters follow the columns'.</summary>
    public string Update(IReadOnlyList<ColumnMap> columns)
    {
        var assignments = string.Join(", ", columns.Select((column, i) => $"{column.SqlName} = ${i + 1}"));
        return $"UPDATE {Table} SET {assignments} WHERE {KeyCondition(columns.Count + 1)}";
    }

    public string KeyCondition(int firstParameter)
    {
        return string.Join(" AND ", Key.Select((column, i) => $"{column.SqlName} = ${firstParameter + i}"));
    }

    public ColumnMap Column(string propertyName)
    {
        return Columns.First(column => column.Property.Name == propertyName);
    }

    private static bool IsFlat(IEntityType type)
    {
        return type.FindPrimaryKey() is not null
            && type.BaseType is null
            && !type.GetDirectlyDerivedTypes().Any()
            && !type.GetNavigations().Any()
            && !type.GetSkipNavigations().Any()
            && !type.GetForeignKeys().Any()
            && !type.GetReferencingForeignKeys().Any()
            && !type.GetComplexProperties().Any()
            && !type.IsOwned()
            && type.GetDeclaredQueryFilters().Count == 0
            && !type.GetMappingFragments(StoreObjectType.Table).Any()
            && type.ClrType.GetConstructor(Type.EmptyTypes) is not null;
    }

    private static bool IsPlain(IProperty property)
    {
        var isGenerated = property.ValueGenerated != ValueGenerated.Never
            && !IsClientKey(property)
            && !(property.ValueGenerated == ValueGenerated.OnAdd && property.IsPrimaryKey()
                && property.ClrType == typeof(long));
        var isOtherToken = property.IsConcurrencyToken
            && property.ClrType != typeof(int)
            && property.ClrType != typeof(long);
        return property.PropertyInfo is { CanRead: true, CanWrite: true } && !isGenerated && !isOtherToken;
    }

    private static bool IsClientKey(IProperty property)
    {
        return property.ValueGenerated == ValueGenerated.OnAdd
            && property.IsPrimaryKey()
            && property.ClrType == typeof(Guid)
            && property.GetDefaultValueSql() is null
            && !property.TryGetDefaultValue(out _);
    }

    private static Func<DbDataReader, object> CompileReader(Type type, IReadOnlyList<ColumnMap> columns)
    {
        var reader = Expression.Parameter(typeof(DbDataReader));
        var entity = Expression.Variable(type);
        List<Expression> body = [Expression.Assign(entity, Expression.New(type))];
        body.AddRange(columns.Select((column, i) => column.ReadInto(entity, reader, i)));
        body.Add(entity);
        return Expression.Lambda<Func<DbDataReader, object>>(Expression.Block(type, [entity], body), reader).Compile();
    }
}
